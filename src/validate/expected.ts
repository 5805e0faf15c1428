import type { Service } from '../fleet/types.ts';
import type { RunState } from '../journal/projection.ts';
import { tellingSettle } from '../journal/service-records.ts';
import { wasTouched } from '../journal/service-state.ts';
import type { ImageId, Instant, RunId, ServiceKey } from '../model/ids.ts';
import type { Release, ReleasedService } from '../release/types.ts';

/** What a service should run, as it was last recorded. */
export type Expected =
  /** The newest release says so. */
  | { readonly by: 'release'; readonly release: RunId; readonly entry: ReleasedService }
  /** A run put it in place after the newest release was stored; how it is configured is not recorded. */
  | { readonly by: 'run'; readonly run: RunId; readonly image: ImageId }
  /** A run that did not come to its end may have changed it. */
  | { readonly by: 'nobody'; readonly why: 'unfinished'; readonly run: RunId }
  /** No release has it. */
  | { readonly by: 'nobody'; readonly why: 'no-release' };

/** What is recorded of each service. */
export function expectedOf(
  services: readonly Service[],
  { runs, release }: { readonly runs: readonly RunState[]; readonly release: Release | null },
): ReadonlyMap<ServiceKey, Expected> {
  return new Map(services.map(({ key }) => [key, expectedFor(key, runs, release)]));
}

function expectedFor(key: ServiceKey, runs: readonly RunState[], release: Release | null): Expected {
  const entry = release?.services[key];
  const later = runs.findLast((run) => isLater(run, key, release));
  if (later) {
    const settled = later.services.get(key)?.lastSettled;
    if (settled?.image && settled.status !== 'pending') return { by: 'run', run: later.run, image: settled.image };
    return { by: 'nobody', why: 'unfinished', run: later.run };
  }
  if (release && entry?.image) return { by: 'release', release: release.release, entry };
  return { by: 'nobody', why: 'no-release' };
}

/** Whether a run changed the service after the release was stored: a run that was killed leaves none. */
function isLater(run: RunState, key: ServiceKey, release: Release | null): boolean {
  const state = run.services.get(key);
  if (!state || !wasTouched(state)) return false;
  const at = tellingSettle(state)?.at ?? run.lastAt;
  return release === null || (at !== null && at > release.at);
}

/**
 * Since when a service has to stand untouched: when the last run settled it, else when that run ended or a release was adopted; null = there
 * is no run and no release. On this machine's clock.
 */
export function untouchedSince(key: ServiceKey, runs: readonly RunState[], release: Release | null): Instant | null {
  const last = runs.at(-1);
  const settled = last?.services.get(key)?.lastSettled;
  const ofRun = (settled && settled.status !== 'pending' ? settled.at : (last?.finishedAt ?? last?.lastAt)) ?? null;
  if (release?.origin !== 'adopted') return ofRun ?? release?.at ?? null;
  return ofRun === null || release.at > ofRun ? release.at : ofRun;
}
