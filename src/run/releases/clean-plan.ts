import type { Keeper, Leftover } from '../../docker/port.ts';
import { parseImageRef } from '../../fleet/tags.ts';
import type { Fleet } from '../../fleet/types.ts';
import type { RunState } from '../../journal/projection.ts';
import { tellingSettle } from '../../journal/service-records.ts';
import type { ImageId, RunId, ServiceKey } from '../../model/ids.ts';
import { keptReleases, neededImages } from '../../release/retention.ts';
import type { Release, ReleaseId } from '../../release/types.ts';

/** One thing that is past its keep. */
export type Cleaning =
  | { readonly kind: 'release'; readonly release: ReleaseId }
  | { readonly kind: 'keeper'; readonly keeper: Keeper }
  | { readonly kind: 'backup-tag'; readonly tag: string; readonly run: RunId }
  | { readonly kind: 'leftover'; readonly leftover: Leftover }
  /** The run's folder with its journal, and its logs. */
  | { readonly kind: 'run'; readonly run: RunId };

/** What there is. Runs: the oldest first; releases: the newest first, `others` those of other phases. */
export interface CleanFacts {
  readonly fleet: Fleet;
  readonly runs: readonly RunState[];
  readonly releases: readonly Release[];
  readonly others: readonly Release[];
  readonly keepers: readonly Keeper[];
  /** All tags of the fleet's repositories, with what they point to. */
  readonly tags: Readonly<Record<string, ImageId>>;
  readonly leftovers: readonly Leftover[];
}

/**
 * What can go. Kept are: the newest `keep_releases` releases and runs, the newest release in which each service ran well, the newest run that
 * says something of a service, the tags of images that are kept (the engine would not let go of the last one), and all that a run which is not done may still need.
 */
export function planClean(facts: CleanFacts): readonly Cleaning[] {
  const { fleet, runs, keepers, leftovers } = facts;
  const { keepReleases, tagPrefix } = fleet.settings.rollback;
  const open = openRun(runs);
  const kept = keptReleases(facts.releases, keepReleases, neededByOpen(facts, open));
  const keptIds = new Set(kept.map(({ release }) => release));
  const images = neededImages([...kept, ...facts.others]);
  const keptRuns = neededRuns(facts, { keep: keepReleases, keptIds });
  return [
    ...facts.releases
      .filter(({ release }) => !keptIds.has(release))
      .map(({ release }) => ({ kind: 'release', release }) as const),
    ...keepers
      .filter(({ project, image }) => !images.get(project)?.has(image))
      .map((keeper) => ({ kind: 'keeper', keeper }) as const),
    ...backupTags(facts.tags, tagPrefix)
      .filter(({ run, image }) => !keptRuns.has(run) && ![...images.values()].some((needed) => needed.has(image)))
      .map(({ tag, run }) => ({ kind: 'backup-tag', tag, run }) as const),
    ...leftovers
      .filter((leftover) => leftover.kind !== 'lock-image' && (leftover.run === null || leftover.run !== open?.run))
      .map((leftover) => ({ kind: 'leftover', leftover }) as const),
    ...runs.filter(({ run }) => !keptRuns.has(run)).map(({ run }) => ({ kind: 'run', run }) as const),
  ];
}

/** The last run, when it can be continued. */
function openRun(runs: readonly RunState[]): RunState | null {
  const last = runs.at(-1);
  return last && last.outcome !== 'done' && last.outcome !== 'abandoned' ? last : null;
}

/** What an open run left itself, what ran before it, and what it puts back. */
function neededByOpen({ releases }: CleanFacts, open: RunState | null): ReadonlySet<ReleaseId> {
  if (open === null) return new Set();
  const before = releases.find(({ release }) => release !== open.run);
  const named = open.meta?.options.rollback ? Object.values(open.meta.options.rollback.targets) : [];
  return new Set([open.run, ...(before ? [before.release] : []), ...named]);
}

function neededRuns(
  { runs, fleet }: CleanFacts,
  { keep, keptIds }: { readonly keep: number; readonly keptIds: ReadonlySet<ReleaseId> },
): ReadonlySet<RunId> {
  const telling = fleet.services.flatMap(({ key }) => [lastRun(runs, key, 'settled'), lastRun(runs, key, 'completed')]);
  const newest = runs.slice(-Math.max(keep, 1)).map(({ run }) => run);
  return new Set([...newest, ...keptIds, ...telling.filter((run) => run !== null)]);
}

function lastRun(runs: readonly RunState[], key: ServiceKey, what: 'settled' | 'completed'): RunId | null {
  const found = runs.findLast(({ services }) => {
    const state = services.get(key);
    return state !== undefined && (what === 'completed' ? state.lastCompleted !== null : tellingSettle(state) !== null);
  });
  return found?.run ?? null;
}

interface BackupTag {
  readonly tag: string;
  readonly run: RunId;
  readonly image: ImageId;
}

function backupTags(tags: CleanFacts['tags'], prefix: string): readonly BackupTag[] {
  return Object.entries(tags).flatMap(([tag, image]) => {
    const name = parseImageRef(tag).tag ?? '';
    const run = name.startsWith(`${prefix}-`) ? /^\d{8}_\d{6}(?:_\d+)?(?=-|$)/.exec(name.slice(prefix.length + 1)) : null;
    return run ? [{ tag, run: run[0], image }] : [];
  });
}
