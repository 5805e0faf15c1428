import type { Engine, Leftover } from '../../docker/port.ts';
import type { Fleet } from '../../fleet/types.ts';
import type { OwnRuns } from './own-runs.ts';

/** Leftovers on the engine: which are ours to remove, and which another folder's or a forgotten run's. */
export interface EngineRemains {
  readonly ours: readonly Leftover[];
  readonly foreign: readonly Leftover[];
}

/** Compose's own label, which images carry too that it builds. */
const PROJECT_LABEL = 'com.docker.compose.project';

/**
 * What ended runs left on the engine. Ours is only what a run of this very folder made: repositories and even project names are shared with
 * other clones, whose run may be under way or wait for its continuation. Candidates of a run that can be continued are no leftovers.
 */
export async function engineRemains(
  engine: Pick<Engine, 'leftovers' | 'image'>,
  fleet: Fleet,
  { ids, open, diagnostics }: OwnRuns,
): Promise<EngineRemains> {
  const found = (await engine.leftovers(fleet.services)).filter(({ kind }) => kind !== 'lock-image');
  const ended = found.filter(({ kind, run }) => kind !== 'candidate-tag' || run === null || run !== open?.run);
  const ours: Leftover[] = [];
  const foreign: Leftover[] = [];
  for (const leftover of ended) {
    const isKnown = leftover.run !== null && ids.has(leftover.run) && (await isOfFleet(engine, leftover, fleet));
    // A journal that cannot be read may be the one whose candidates are still wanted.
    if (isKnown && (leftover.kind !== 'candidate-tag' || diagnostics.length === 0)) ours.push(leftover);
    else foreign.push(leftover);
  }
  return { ours, foreign };
}

/** Another fleet may build to the same repository at the same second. */
async function isOfFleet(engine: Pick<Engine, 'image'>, { kind, name }: Leftover, { projects }: Fleet): Promise<boolean> {
  if (kind !== 'candidate-tag') return true;
  const project = (await engine.image(name))?.labels[PROJECT_LABEL] ?? '';
  return project === '' || projects.some((one) => one.name === project);
}
