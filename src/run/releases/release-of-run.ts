import { wasTouched } from '../../journal/service-state.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ServiceKey } from '../../model/ids.ts';
import { EXIT } from '../../model/status.ts';
import { describeDrift } from '../../release/describe.ts';
import type { ReleaseId } from '../../release/types.ts';
import type { Recorded } from '../execute-recorded.ts';
import { freeReleaseId } from './release-id.ts';
import { type ReleaseScene, takeRelease } from './take-release.ts';

/**
 * Sees to it that a release describes what runs before the run changes any of it: what a rollback needs later. False when it cannot be
 * recorded: then nothing is started.
 */
export async function adoptPresent(recorded: Recorded): Promise<boolean> {
  const { plan, deps, folder, record } = recorded;
  if (!plan.services.some(({ steps }) => steps.some(({ kind }) => kind === 'replace' || kind === 'rollback'))) return true;
  const id = await freeReleaseId(deps.disk, recorded.world.fleet.root, deps.clock);
  // What this run has already put in place was described before it did so.
  const frozen = touchedBy(recorded);
  const taken = await takeRelease(sceneOf(recorded), {
    id,
    origin: 'adopted',
    putBack: [],
    except: [folder.run],
    frozen,
    write: 'if-new',
  });
  if (!taken.ok) return refuse(recorded, taken.error);
  if (!taken.value.isNew) return true;
  const message = `recorded what runs as release ${id}, which a rollback can go back to`;
  await record({ type: 'notice', severity: 'info', code: 'release-adopted', service: null, message });
  for (const { service, drift } of taken.value.drifted)
    await record({ type: 'notice', severity: 'warning', code: 'drift', service, message: describeDrift(drift) });
  return true;
}

/** Stores what the run leaves, when it changed anything that runs or there is no release yet. */
export async function storeReleaseOf(recorded: Recorded): Promise<void> {
  const { deps, folder, plan } = recorded;
  const putBack = plan.services.flatMap(({ steps }): ReleaseId[] => steps.flatMap((step) => step.release ?? []));
  const taken = await takeRelease(sceneOf(recorded), {
    id: folder.run,
    origin: 'run',
    putBack,
    except: [],
    frozen: new Set(),
    write: touchedBy(recorded).size > 0 ? 'always' : 'if-new',
  });
  if (!taken.ok) deps.say(notStored(taken.error));
}

function sceneOf({ deps, world, state, folder }: Recorded): ReleaseScene {
  const earlier = world.runs.filter((run) => run.run !== folder.run).map((run) => run.state);
  return { deps, fleet: world.fleet, runs: [...earlier, state()] };
}

function touchedBy({ state }: Recorded): ReadonlySet<ServiceKey> {
  return new Set([...state().services.values()].filter(wasTouched).map(({ service }) => service));
}

async function refuse({ deps, record }: Recorded, error: Diagnostic): Promise<false> {
  deps.say(error);
  const why = 'what runs could not be recorded, so nothing could be put back';
  await record({ type: 'run-finished', outcome: 'failed', exitCode: EXIT.couldNotStart, why });
  return false;
}

function notStored({ message, ...error }: Diagnostic): Diagnostic {
  const remedy = 'The next run records the fleet before it changes anything; so does `slipway adopt`';
  return { ...error, code: 'release-not-stored', severity: 'warning', message: `No release was stored: ${message}`, remedy };
}
