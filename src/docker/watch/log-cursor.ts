import type { IncomingMessage } from 'node:http';
import type { ContainerId, Instant } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { EngineApi } from '../api/client.ts';
import type { EngineProblem } from '../port.ts';
import { problemOf } from '../problem.ts';
import type { LogCursor } from '../watch-port.ts';
import { CALL_LIMIT_MS } from './limits.ts';
import { LogReader } from './log-reader.ts';

const MAX_LINE_CHARS = 16 * 1024;
/** So much of one container's log is read at a time, however long its lines are. */
const MAX_BYTES = 32 << 20;

/** Reads a container's log from `since` on, and with each further reading what it wrote meanwhile. */
export function openLog(api: EngineApi, container: ContainerId, since: Instant | null): LogCursor {
  const reader = new LogReader(MAX_LINE_CHARS);
  const first = since === null ? {} : { since: `${Date.parse(since) / 1000}` };
  return {
    read: async (onLine, { newest, signal }): Promise<Result<'whole' | 'cut', EngineProblem>> => {
      const query = { stdout: true, stderr: true, timestamps: true, tail: newest, ...first, ...reader.since() };
      const path = `/containers/${container}/logs`;
      try {
        const stream = await api.stream({ method: 'GET', path, query, timeoutMs: CALL_LIMIT_MS, signal });
        const { lines, isWhole } = await pass(stream, reader, onLine);
        return ok(isWhole && lines < newest ? 'whole' : 'cut');
      } catch (error) {
        return err(problemOf(error));
      }
    },
  };
}

async function pass(
  stream: IncomingMessage,
  reader: LogReader,
  onLine: (line: string) => void,
): Promise<{ readonly lines: number; readonly isWhole: boolean }> {
  let lines = 0;
  let bytes = 0;
  const give = (some: readonly string[]) => {
    lines += some.length;
    for (const line of some) onLine(line);
  };
  try {
    for await (const chunk of stream) {
      bytes += (chunk as Buffer).length;
      give(reader.push(chunk as Buffer));
      if (bytes > MAX_BYTES) break;
    }
    give(reader.end());
    return { lines, isWhole: bytes <= MAX_BYTES };
  } catch {
    // A connection that broke: what came counts, and the next reading goes on from there.
    give(reader.end());
    return { lines, isWhole: false };
  } finally {
    stream.destroy();
  }
}
