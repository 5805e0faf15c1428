import type { LoadRequest } from '../../fleet/load.ts';
import { NO_OPTIONS } from '../../plan/options.ts';
import { commaList } from '../../plan/selection.ts';
import type { PlanOptions } from '../../plan/types.ts';
import type { RebuildRequest, RollbackRequest } from '../../run/rebuild-types.ts';
import type { ContinueChanges } from '../../run/recovery/resume.ts';
import type { CommonValues, ComposeValues } from './common.ts';
import type { PlanShapingValues, RebuildValues } from './rebuild.ts';
import type { RollbackValues } from './rollback.ts';

/** What is given beside the values: service names, where the operator stands and what was typed. */
export interface Given {
  readonly services: readonly string[];
  readonly cwd: string;
  readonly command: string;
}

/** Where to find the fleet. */
export function loadRequest(values: CommonValues & ComposeValues, cwd: string): LoadRequest {
  const { projectDir, config, envFile, profile } = values;
  return { cwd, projectDir, configFile: config, envFiles: envFile, profiles: commaList(profile) };
}

/** The request of `slipway plan`, and of a dry run that continues nothing. */
export function planRequest(values: CommonValues & PlanShapingValues, given: Given): RebuildRequest {
  return {
    load: loadRequest(values, given.cwd),
    options: planOptions(values, given.services),
    continue: false,
    changes: { services: [], categories: [] },
    planFile: null,
    lockWaitMs: 0,
    command: given.command,
  };
}

/** The request of `slipway rebuild`. */
export function rebuildRequest(values: CommonValues & RebuildValues, given: Given): RebuildRequest {
  return {
    ...planRequest(values, given),
    continue: values.continue,
    changes: continueChanges(values, given.services),
    planFile: values.plan,
    lockWaitMs: values.lockWait ?? 0,
  };
}

/** The request of `slipway rollback`. */
export function rollbackRequest(values: CommonValues & RollbackValues, given: Given): RollbackRequest {
  const services = commaList(given.services);
  return {
    load: loadRequest(values, given.cwd),
    options: {
      ...NO_OPTIONS,
      services,
      profiles: commaList(values.profile),
      rollback: { to: values.to, all: values.all, targets: {} },
    },
    continue: values.continue,
    changes: { services, categories: [] },
    lockWaitMs: values.lockWait ?? 0,
    agreed: null,
    command: given.command,
  };
}

function planOptions(values: PlanShapingValues, services: readonly string[]): PlanOptions {
  const { skipTests, noCache, force, pull, batchSize, maxFailures, rollbackOnFail, rollbackScope, category, profile } = values;
  return {
    services: commaList(services),
    categories: commaList(category),
    skipTests,
    noCache,
    force,
    pull,
    batchSize,
    maxFailures,
    rollbackOnFail,
    rollbackScope: rollbackScope ?? 'service',
    profiles: commaList(profile),
  };
}

/** Only what was given changes what is recorded. */
function continueChanges(values: RebuildValues, services: readonly string[]): ContinueChanges {
  return {
    ...(values.batchSize !== null && { batchSize: values.batchSize }),
    ...(values.maxFailures !== null && { maxFailures: values.maxFailures }),
    ...(values.rollbackOnFail && { rollbackOnFail: true }),
    ...(values.skipTests && { skipTests: true }),
    services: commaList(services),
    categories: commaList(values.category),
  };
}
