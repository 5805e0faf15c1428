import { DOCTOR_CHECKS } from '../doctor/checks.ts';
import { rememberHost, warmUp } from '../doctor/remembered-host.ts';
import { rebuildObstacles } from '../doctor/run-checks.ts';
import type { LoadRequest } from '../fleet/load.ts';
import type { RunCommand } from '../journal/events.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { ok } from '../model/result.ts';
import type { Observed, Plan } from '../plan/types.ts';
import type { World } from './planning.ts';
import type { RebuildDeps } from './rebuild-types.ts';

/** What is about to begin. */
interface Beginning {
  readonly world: World;
  readonly plan: Plan;
  readonly stock: { readonly observed: Observed };
  readonly load: LoadRequest;
}

/** Says what keeps a planned run from being begun; empty = nothing. */
export type FindObstacles = (beginning: Beginning) => Promise<readonly Diagnostic[]>;

/**
 * Begins to look at the engine's machine while the run is being planned. Only a rebuild is held back: going back must be possible on a full
 * disk, too. A world without a machine (a simulation) has no obstacles.
 */
export function lookForObstacles(
  command: RunCommand,
  deps: Pick<RebuildDeps, 'engine' | 'disk' | 'clock' | 'me' | 'env' | 'configHome' | 'machine'>,
): FindObstacles {
  if (command !== 'rebuild' || deps.machine === undefined) return async () => [];
  const { outside } = deps.machine;
  const host = rememberHost(deps.machine.host);
  warmUp(host);
  return ({ world, plan, stock, load }) => {
    const replaced = new Set(
      plan.services.filter(({ steps }) => steps.some(({ kind }) => kind === 'replace')).map((s) => s.service),
    );
    if (replaced.size === 0) return Promise.resolve([]);
    return rebuildObstacles(DOCTOR_CHECKS, {
      ...deps,
      host,
      outside,
      root: world.fleet.root,
      configFile: world.fleet.configFile,
      load,
      fleet: world.fleet,
      loadDiagnostics: world.diagnostics,
      selected: world.fleet.services.filter(({ key }) => replaced.has(key)),
      facts: ok(world.engineFacts),
      observed: stock.observed,
    });
  };
}
