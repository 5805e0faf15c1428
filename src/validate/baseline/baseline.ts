import { join } from 'node:path';
import { runFolder } from '../../journal/runs.ts';
import type { Instant, RunId, ServiceKey } from '../../model/ids.ts';
import type { Answers, ServiceConduct } from '../../report/validation/window-types.ts';
import type { Disk } from '../../util/disk.ts';
import { isMapping } from '../../util/is-mapping.ts';

/** How a service did before a run replaced it; null = it could not be looked at, or has no probe. */
export interface ServiceBaseline extends ServiceConduct {
  readonly at: Instant;
}

/** How the services of a run did before it. */
export interface Baseline {
  readonly version: 1;
  readonly run: RunId;
  readonly services: Readonly<Record<ServiceKey, ServiceBaseline>>;
}

/** Larger than any fleet's. Bytes. */
const MAX_BYTES = 4 << 20;

/** Where a run's baseline is. */
function baselinePath(root: string, run: RunId): string {
  return join(runFolder(root, run), 'baseline.json');
}

/** The baseline of a run; null = there is none that can be read. */
export async function readBaseline(disk: Disk, root: string, run: RunId): Promise<Baseline | null> {
  try {
    const path = baselinePath(root, run);
    if ((await disk.stat(path)).bytes > MAX_BYTES) return null;
    const value: unknown = JSON.parse((await disk.read(path)).toString('utf8'));
    if (!isMapping(value) || value.version !== 1 || !isMapping(value.services)) return null;
    const services = Object.entries(value.services).filter((entry): entry is [string, ServiceBaseline] =>
      isServiceBaseline(entry[1]),
    );
    return { version: 1, run, services: Object.fromEntries(services) };
  } catch {
    return null;
  }
}

/** Writes the baseline of a run. Rejects with the system's errors. */
export async function writeBaseline(disk: Disk, root: string, baseline: Baseline): Promise<void> {
  const text = `${JSON.stringify(baseline, null, 1)}\n`;
  if (text.length > MAX_BYTES) return;
  await disk.replace(baselinePath(root, baseline.run), text, { mode: 0o600, durability: 'relaxed' });
}

/** Removes what a killed run left half-written; only for the run itself. */
export async function sweepBaseline(disk: Disk, root: string, run: RunId): Promise<void> {
  await disk.sweep(baselinePath(root, run));
}

/** The counts and times of good answers. */
export function answersOf(asked: number, goodMs: readonly number[]): Answers {
  const sorted = goodMs.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const medianMs = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return {
    asked,
    good: sorted.length,
    medianMs: sorted.length === 0 ? null : Math.round(medianMs),
    slowestMs: sorted.length === 0 ? null : Math.round(sorted.at(-1)!),
  };
}

function isServiceBaseline(value: unknown): value is ServiceBaseline {
  if (!isMapping(value) || typeof value.at !== 'string') return false;
  const { answers, logged } = value;
  return isCounts(answers, ['asked', 'good']) && isCounts(logged, ['spanMs', 'errors', 'crashes']);
}

function isCounts(value: unknown, keys: readonly string[]): boolean {
  return value === null || (isMapping(value) && keys.every((key) => Number.isFinite(value[key])));
}
