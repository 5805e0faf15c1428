import type { ContainerId } from '../../model/ids.ts';
import { systemClock } from '../../util/clock.ts';
import { refusedWith } from '../problem.ts';
import type { EngineApi } from './client.ts';
import { readOutput, TailLines } from './output.ts';

/** The engine tells that a container has ended before it has written all of its log: one with nothing in it is read so often again. */
const READINGS = 5;
const READ_AGAIN_MS = 100;

/** The last lines a container wrote; none when it is gone or its log driver cannot be read. */
export async function readLogs(api: EngineApi, id: ContainerId, lines: number): Promise<readonly string[]> {
  for (let reading = 1; ; reading += 1) {
    const found = await readOnce(api, id, lines);
    if (found === 'unreadable') return [];
    if (found.length > 0 || reading === READINGS) return found;
    await systemClock.sleep(READ_AGAIN_MS);
  }
}

async function readOnce(api: EngineApi, id: ContainerId, lines: number): Promise<readonly string[] | 'unreadable'> {
  const tail = new TailLines(lines);
  try {
    const query = { stdout: true, stderr: true, tail: lines };
    await readOutput(await api.stream({ method: 'GET', path: `/containers/${id}/logs`, query }), (text) => tail.add(text));
  } catch (error) {
    if (!refusedWith(error, 404) && !refusedWith(error, 501)) throw error;
    return 'unreadable';
  }
  return tail.lines;
}
