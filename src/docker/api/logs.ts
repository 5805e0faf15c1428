import type { ContainerId } from '../../model/ids.ts';
import { refusedWith } from '../problem.ts';
import type { EngineApi } from './client.ts';
import { readOutput, TailLines } from './output.ts';

/** The last lines a container wrote; none when it is gone or its log driver cannot be read. */
export async function readLogs(api: EngineApi, id: ContainerId, lines: number): Promise<readonly string[]> {
  const tail = new TailLines(lines);
  try {
    const query = { stdout: true, stderr: true, tail: lines };
    await readOutput(await api.stream({ method: 'GET', path: `/containers/${id}/logs`, query }), (text) => tail.add(text));
  } catch (error) {
    if (!refusedWith(error, 404) && !refusedWith(error, 501)) throw error;
  }
  return tail.lines;
}
