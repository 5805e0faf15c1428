import type { LoadRequest } from '../fleet/load.ts';
import { NO_OPTIONS } from '../plan/options.ts';
import { commaList } from '../plan/selection.ts';
import type { PlanOptions as RecordedOptions } from '../plan/types.ts';
import type { FleetOptions, PlanOptions } from './options.ts';
import { thisProcess } from './this-process.ts';

/** The fleet as all use cases take it. */
export function loadRequest({ projectDir, config, envFiles = [], profiles = [] }: FleetOptions): LoadRequest {
  return {
    cwd: thisProcess.cwd(),
    projectDir: projectDir ?? null,
    configFile: config ?? null,
    envFiles,
    profiles: commaList(profiles),
  };
}

/** The options as plans and journals record them. */
export function recordedOptions(options: PlanOptions): RecordedOptions {
  const { services = [], categories = [], batchSize = null, maxFailures } = options;
  return {
    ...NO_OPTIONS,
    services: [...services],
    categories: [...categories],
    skipTests: options.skipTests ?? false,
    noCache: options.noCache ?? false,
    force: options.force ?? false,
    pull: options.pull ?? false,
    batchSize,
    maxFailures: maxFailures === undefined ? null : String(maxFailures),
    rollbackOnFail: options.rollbackOnFail ?? false,
    rollbackScope: options.rollbackScope ?? 'service',
    profiles: commaList(options.profiles ?? []),
  };
}
