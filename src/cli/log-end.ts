import { open } from 'node:fs/promises';
import { type LogKind, serviceLogPath } from '../journal/logs.ts';
import type { RunState } from '../journal/projection.ts';
import type { ServiceState } from '../journal/service-state.ts';
import type { ServiceKey } from '../model/ids.ts';
import type { LogExcerpt } from '../report/document/types.ts';
import { mapBounded } from '../util/bounded.ts';
import { type HistoryPlace, logFolder } from './fleet-history.ts';

/** How much of the end of a log is looked at, and how many lines of it are kept. */
const END_BYTES = 64 * 1024;
const END_LINES = 40;
/** How many files are read at once. */
const AT_ONCE = 8;

/** The ends of the logs of what failed to build or to pass its tests; secrets were taken out when they were written. */
export async function logEnds(
  place: HistoryPlace,
  { run, services }: Pick<RunState, 'run' | 'services'>,
  { keys, shownAs }: { readonly keys: ReadonlySet<ServiceKey>; readonly shownAs: (path: string) => string },
): Promise<ReadonlyMap<ServiceKey, LogExcerpt>> {
  const failed = [...services.values()].flatMap((state) => {
    const kind = failedLog(state);
    return kind === null ? [] : [{ service: state.service, kind }];
  });
  const found = await mapBounded(failed, AT_ONCE, async (log) => {
    const directory = logFolder(place);
    const path = serviceLogPath({ directory, phase: place.settings.phase, run }, log, keys);
    const lines = await lastLines(path);
    return lines.length === 0 ? null : ([log.service, { file: shownAs(path), lines }] as const);
  });
  return new Map(found.filter((entry) => entry !== null));
}

function failedLog({ steps }: ServiceState): LogKind | null {
  const failed = steps.findLast(({ outcome }) => outcome.status === 'failed');
  return failed?.kind === 'build' || failed?.kind === 'test' ? failed.kind : null;
}

/** None when the file cannot be read: a report goes without. */
async function lastLines(path: string): Promise<readonly string[]> {
  const handle = await open(path, 'r').catch(() => null);
  if (handle === null) return [];
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - END_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
    const lines = buffer.subarray(0, bytesRead).toString('utf8').split(/\r?\n/);
    // The first line of a part begins anywhere.
    const whole = from > 0 ? lines.slice(1) : lines;
    if (whole.at(-1) === '') whole.pop();
    return whole.slice(-END_LINES);
  } catch {
    return [];
  } finally {
    await handle.close();
  }
}
