import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileProblem } from '../journal/problems.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { shortId } from '../model/ids.ts';
import type { Clock } from '../util/clock.ts';
import { readTar } from '../util/tar.ts';
import type { Report } from './events.ts';
import { ImageFinder } from './image-finder.ts';
import { isInside } from './paths.ts';
import { RECORD_FILE, readRecord, SUMS_FILE } from './record.ts';
import { parseSums } from './sums.ts';
import type { BackupRecord } from './types.ts';
import { IMAGES_FILE } from './write.ts';
import { meterOf } from './write-stream.ts';

/** What a check is done with. */
export interface VerifyTools {
  readonly report: Report;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What a check found; `record` null when not even that can be read. No finding = the backup is whole. */
export interface Verified {
  readonly record: BackupRecord | null;
  readonly findings: readonly Diagnostic[];
}

/**
 * Reads a whole backup: every file is there and has its checksum, nothing else is claimed, archives can be read to their end, and the images'
 * archive holds the images of the record. Checksums tell damage; who can write the folder can make new ones.
 */
export async function verifyBackup(folder: string, tools: VerifyTools): Promise<Verified> {
  const read = await readRecord(folder);
  if (!read.ok) return { record: null, findings: [read.error] };
  const record = read.value;
  const sums = await readSums(folder);
  if ('code' in sums) return { record, findings: [sums] };
  const findings: Diagnostic[] = [];
  for (const path of listed(record)) if (!sums.has(path)) findings.push(damaged(folder, path, 'SHA256SUMS does not name it'));
  for (const [path, sha256] of sums) {
    tools.signal.throwIfAborted();
    const why = await checkFile({ folder, path, sha256, record }, tools);
    if (why !== null) findings.push(damaged(folder, path, why));
  }
  return { record, findings };
}

function listed({ contents }: BackupRecord): readonly string[] {
  return [...contents.map((c) => c.path), RECORD_FILE];
}

async function readSums(folder: string): Promise<ReadonlyMap<string, string> | Diagnostic> {
  const file = join(folder, SUMS_FILE);
  try {
    const sums = parseSums(await readFile(file, 'utf8'));
    if (sums?.every(({ path }) => isInside(path))) return new Map(sums.map(({ path, sha256 }) => [path, sha256]));
    return damaged(folder, SUMS_FILE, 'it has a line that is no checksum of a file of the backup');
  } catch (error) {
    return fileProblem('read the checksums', file, error);
  }
}

interface Check {
  readonly folder: string;
  readonly path: string;
  readonly sha256: string;
  readonly record: BackupRecord;
}

/** Null, or what is wrong with the file. */
async function checkFile(check: Check, { report, clock, signal }: VerifyTools): Promise<string | null> {
  const { folder, path, sha256, record } = check;
  const file = join(folder, path);
  const startedMs = clock.now();
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) return 'it is not there';
  const expected = record.contents.find((c) => c.path === path)?.bytes;
  if (expected !== undefined && found.size !== expected) return `it has ${found.size} bytes and not ${expected}`;
  report({ type: 'part-started', part: path, estimateBytes: found.size });
  const meter = meterOf((bytes) => report({ type: 'part-progress', part: path, bytes }));
  const source = createReadStream(file, { highWaterMark: 1 << 20, signal });
  source.on('error', (error) => meter.stream.destroy(error));
  try {
    const wrong = await lookInside(check, source.pipe(meter.stream));
    const why = meter.result().sha256 === sha256 ? wrong : 'its content has changed: the checksum is another one';
    if (why === null) report({ type: 'part-done', part: path, bytes: found.size, durationMs: clock.now() - startedMs });
    return why;
  } catch (error) {
    if (signal.aborted) throw error;
    return `it cannot be read: ${error instanceof Error ? error.message : error}`;
  } finally {
    source.destroy();
  }
}

/** Reads the file to its end; archives by their entries. */
async function lookInside({ path, record }: Check, content: Readable): Promise<string | null> {
  const images = new ImageFinder();
  if (path === IMAGES_FILE) await readTar(content, (entry, skip) => images.look(entry, skip));
  else if (record.volumes.some(({ tar }) => tar === path)) await readTar(content, (_, skip) => skip());
  else await pipeline(content, new Writable({ write: (_chunk, _encoding, done) => done() }));
  if (path !== IMAGES_FILE) return null;
  const missing = record.images.filter(({ id }) => !images.has(id)).map(({ id }) => shortId(id));
  return missing.length === 0 ? null : `it does not hold the images ${missing.join(', ')}`;
}

function damaged(folder: string, path: string, why: string): Diagnostic {
  return {
    code: 'backup-damaged',
    severity: 'error',
    message: `${path}: ${why}`,
    file: join(folder, path),
    remedy: 'do not restore from this backup; choose another one: slipway backup list',
  };
}
