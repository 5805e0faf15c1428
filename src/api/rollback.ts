import type { RunId, ServiceKey } from '../model/ids.ts';
import { NO_OPTIONS } from '../plan/options.ts';
import { commaList } from '../plan/selection.ts';
import { rollback as rollBackFleet } from '../run/rollback.ts';
import { carryOutRun } from './carry-out.ts';
import { checkOptions } from './check-options.ts';
import type { FleetOptions, RunOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { misuse } from './problems.ts';
import { loadRequest } from './request.ts';

/** What goes back, and to what. */
export interface RollbackOptions extends FleetOptions, RunOptions {
  /** These, or the whole fleet. */
  readonly services: readonly ServiceKey[] | 'all';
  /** The release to go back to; left out: for each service the newest in which it ran well with something else. */
  readonly to?: RunId;
}

/**
 * Puts an earlier release of services back, as `slipway rollback --yes`: image and configuration, verified.
 *
 * @throws SlipwayError when it could not begin: an unknown release, an image that is gone, no engine.
 */
export async function rollback(options: RollbackOptions): Promise<Outcome> {
  checkOptions('rollback', options);
  const all = options.services === 'all';
  const services = options.services === 'all' ? [] : [...(options.services ?? [])];
  if (!all && services.length === 0) throw misuse('rollback needs services', "Name them, or give services: 'all'");
  const request = {
    load: loadRequest(options),
    options: {
      ...NO_OPTIONS,
      services,
      profiles: commaList(options.profiles ?? []),
      rollback: { to: options.to ?? null, all, targets: {} },
    },
    continue: false,
    changes: { services, categories: [] },
    lockWaitMs: options.lockWaitMs ?? 0,
    agreed: null,
    command: 'rollback() of the API',
  };
  return carryOutRun(options, (deps) => rollBackFleet(request, deps));
}
