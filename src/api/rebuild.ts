import { rebuild as rebuildFleet } from '../run/rebuild.ts';
import type { RebuildRequest } from '../run/rebuild-types.ts';
import { carryOutRun } from './carry-out.ts';
import { checkOptions } from './check-options.ts';
import type { PlanOptions, RunOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { misuse } from './problems.ts';
import { loadRequest, recordedOptions } from './request.ts';

/** What is rebuilt, how, and who is told. */
export interface RebuildOptions extends PlanOptions, RunOptions {
  /** Resume the last unfinished or failed run with its recorded options; of the others only some can be given with it. */
  readonly continue?: boolean;
  /** Execute the plan in this file, if nothing has moved since it was written; it has its own services and options. */
  readonly planFile?: string;
}

const IN_THE_RUN = ['noCache', 'force', 'pull', 'rollbackScope', 'planFile'] as const;
const IN_THE_PLAN = [
  ...(['services', 'categories', 'skipTests', 'noCache', 'force', 'pull'] as const),
  ...(['batchSize', 'maxFailures', 'rollbackOnFail', 'rollbackScope'] as const),
];

/**
 * Builds, tests, replaces and judges, as `slipway rebuild`. Resolves when the run has ended, whatever it came to; events are told by `onEvent`.
 *
 * @throws SlipwayError when the run could not begin, or its journal could not be written any more (then it can be continued).
 */
export async function rebuild(options: RebuildOptions = {}): Promise<Outcome> {
  checkOptions('rebuild', options);
  refuseTogether(options, options.continue ? 'continue' : null, IN_THE_RUN);
  refuseTogether(options, options.planFile === undefined ? null : 'planFile', IN_THE_PLAN);
  const request = rebuildRequest(options);
  return carryOutRun(options, (deps) => rebuildFleet(request, deps));
}

function rebuildRequest(options: RebuildOptions): RebuildRequest {
  const recorded = recordedOptions(options);
  const { batchSize, maxFailures, rollbackOnFail, skipTests, services, categories } = recorded;
  return {
    load: loadRequest(options),
    options: recorded,
    continue: options.continue ?? false,
    changes: {
      ...(batchSize !== null && { batchSize }),
      ...(maxFailures !== null && { maxFailures }),
      ...(rollbackOnFail && { rollbackOnFail }),
      ...(skipTests && { skipTests }),
      services,
      categories,
    },
    planFile: options.planFile ?? null,
    lockWaitMs: options.lockWaitMs ?? 0,
    command: 'rebuild() of the API',
  };
}

function refuseTogether(options: RebuildOptions, with_: string | null, others: readonly (keyof RebuildOptions)[]): void {
  const given = with_ === null ? [] : others.filter((name) => isGiven(options[name]));
  if (given.length > 0) throw misuse(`${given.join(', ')} cannot be combined with ${with_}`, `Leave out ${given.join(', ')}`);
}

function isGiven(value: RebuildOptions[keyof RebuildOptions]): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}
