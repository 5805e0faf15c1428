import type { IncomingMessage } from 'node:http';
import type { ContainerId } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { systemClock } from '../../util/clock.ts';
import type { EngineApi } from '../api/client.ts';
import { readOutput, TailLines } from '../api/output.ts';
import type { EngineProblem } from '../port.ts';
import { EngineRefusal, problemOf } from '../problem.ts';
import { LogReader } from './log-reader.ts';

/** How soon a log that has ended is looked at again, milliseconds: its container may be started again. */
const AGAIN_MS = 1000;
/** No such container; a log driver that cannot be read. */
const FOR_GOOD: readonly number[] = [404, 501];
const MAX_LINE_CHARS = 16 * 1024;

/** The last lines that a container wrote. */
export async function readLog(
  api: EngineApi,
  container: ContainerId,
  tailLines: number,
): Promise<Result<readonly string[], EngineProblem>> {
  const tail = new TailLines(tailLines, MAX_LINE_CHARS);
  const query = { stdout: true, stderr: true, tail: tailLines };
  try {
    const stream = await api.stream({ method: 'GET', path: `/containers/${container}/logs`, query });
    await readOutput(stream, (text) => tail.add(text));
    return ok(tail.lines);
  } catch (error) {
    return err(problemOf(error));
  }
}

/**
 * What a container writes, from its last lines on. The engine ends the answer when the container stops, so it is asked again from the time
 * of the last line on: with time stamps, which tell what was seen already.
 */
export async function* followLog(
  api: EngineApi,
  container: ContainerId,
  { tailLines, signal }: { readonly tailLines: number; readonly signal: AbortSignal },
): AsyncGenerator<string> {
  const reader = new LogReader(MAX_LINE_CHARS);
  let tail: number | 'all' = tailLines;
  while (!signal.aborted) {
    const query = { follow: true, stdout: true, stderr: true, timestamps: true, tail, ...reader.since() };
    const stream = await open(() => api.stream({ method: 'GET', path: `/containers/${container}/logs`, query, signal }));
    if (stream === 'for-good') return;
    if (stream !== 'not-now') {
      tail = 'all';
      yield* linesOf(stream, reader);
    }
    await systemClock.sleep(AGAIN_MS, signal);
  }
}

async function open(ask: () => Promise<IncomingMessage>): Promise<IncomingMessage | 'not-now' | 'for-good'> {
  try {
    return await ask();
  } catch (error) {
    problemOf(error);
    return error instanceof EngineRefusal && FOR_GOOD.includes(error.status) ? 'for-good' : 'not-now';
  }
}

async function* linesOf(stream: IncomingMessage, reader: LogReader): AsyncGenerator<string> {
  try {
    for await (const chunk of chunksOf(stream)) yield* reader.push(chunk);
  } finally {
    stream.destroy();
  }
  yield* reader.end();
}

/** A connection that breaks ends the chunks as one that ends does: what is missing is asked for again. */
async function* chunksOf(stream: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield chunk;
  } catch {
    return;
  }
}
