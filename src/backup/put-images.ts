import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { EngineArchive } from '../docker/archive-port.ts';
import { type EngineProblem, EngineUnavailable } from '../docker/port.ts';
import type { Result } from '../model/result.ts';
import type { Clock } from '../util/clock.ts';
import type { Report } from './events.ts';
import { IMAGES_FILE } from './write.ts';
import { meterOf } from './write-stream.ts';

/** What images and volumes are put back with. */
export interface PutTools {
  /** The backup's. */
  readonly folder: string;
  readonly archive: EngineArchive;
  readonly clock: Clock;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Puts the images of a backup on the engine. Throws EngineUnavailable when it cannot. */
export async function putImages(tools: PutTools): Promise<void> {
  await sendFile(IMAGES_FILE, tools, (content) => tools.archive.loadImages(content, tools.signal));
}

/** Sends a file of the backup somewhere, with progress. Throws EngineUnavailable when that fails. */
export async function sendFile(
  path: string,
  { folder, clock, report, signal }: PutTools,
  send: (content: Readable) => Promise<Result<null, EngineProblem>>,
): Promise<void> {
  signal.throwIfAborted();
  const file = join(folder, path);
  const { size } = await stat(file);
  const startedMs = clock.now();
  report({ type: 'part-started', part: path, estimateBytes: size });
  const source = createReadStream(file, { highWaterMark: 1 << 20 });
  const meter = meterOf((bytes) => report({ type: 'part-progress', part: path, bytes }));
  source.on('error', (error) => meter.stream.destroy(error));
  try {
    const sent = await send(source.pipe(meter.stream));
    if (!sent.ok) throw new EngineUnavailable(sent.error);
  } finally {
    source.destroy();
  }
  report({ type: 'part-done', part: path, bytes: size, durationMs: clock.now() - startedMs });
}
