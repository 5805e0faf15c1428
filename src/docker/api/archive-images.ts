import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { ImageId } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Layer } from '../archive-port.ts';
import type { EngineProblem } from '../port.ts';
import { problemOf, refusedWith } from '../problem.ts';
import type { EngineApi } from './client.ts';

/** The engine puts a whole save together before its first byte, and takes a whole load before its answer: big fleets take their time. */
const TRANSFER_LIMIT_MS = 12 * 3600_000;

/**
 * The layers of an image by its history: the API tells no size of a layer otherwise. Images that share a layer have the same history up to
 * it, so the key is a digest of that; a layer that two images share in different places counts twice, which only makes an estimate larger.
 */
export async function imageLayers(api: EngineApi, image: ImageId): Promise<readonly Layer[] | null> {
  const items = await historyOf(api, image);
  if (items === null) return null;
  const soFar = createHash('sha256');
  return items.toReversed().flatMap(({ Created, CreatedBy, Size }) => {
    soFar.update(JSON.stringify([Created, CreatedBy, Size]));
    return Size > 0 ? [{ key: soFar.copy().digest('hex'), sizeBytes: Size }] : [];
  });
}

interface HistoryItem {
  readonly Created: number;
  readonly CreatedBy: string;
  readonly Size: number;
}

async function historyOf(api: EngineApi, image: ImageId): Promise<readonly HistoryItem[] | null> {
  try {
    return await api.call<HistoryItem[]>({ method: 'GET', path: `/images/${image}/history` });
  } catch (error) {
    if (refusedWith(error, 404)) return null;
    throw error;
  }
}

/** One tar of all the images by id, each layer once; it names no tags. */
export function saveImages(api: EngineApi, images: readonly ImageId[], signal: AbortSignal): Promise<Readable> {
  return api.stream({ method: 'GET', path: '/images/get', query: { names: images }, timeoutMs: TRANSFER_LIMIT_MS, signal });
}

/** Puts the images of a tar on the engine. The engine tells what went wrong inside of an answer that begins well. */
export async function loadImages(api: EngineApi, tar: Readable, signal: AbortSignal): Promise<Result<null, EngineProblem>> {
  const query = { quiet: true };
  try {
    const answer = await api.stream({
      method: 'POST',
      path: '/images/load',
      query,
      body: tar,
      timeoutMs: TRANSFER_LIMIT_MS,
      signal,
    });
    const failure = await failureIn(answer);
    if (failure === null) return ok(null);
    return err({ code: 'engine-error', message: failure, remedy: 'see the engine’s own log for more' });
  } catch (error) {
    return err(problemOf(error));
  } finally {
    tar.destroy();
  }
}

async function failureIn(answer: Readable): Promise<string | null> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text = `${text}${chunk}`.slice(-64 * 1024);
  for (const line of text.split('\n')) {
    const failure = /"error":\s*("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
    if (failure !== undefined) return JSON.parse(failure) as string;
  }
  return null;
}
