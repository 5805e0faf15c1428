import type { PlanOptions } from './types.ts';

/** What `rebuild` does without any option (product contract, section 2). */
export const NO_OPTIONS: PlanOptions = {
  services: [],
  categories: [],
  skipTests: false,
  noCache: false,
  force: false,
  pull: false,
  batchSize: null,
  maxFailures: null,
  rollbackOnFail: false,
  rollbackScope: 'service',
  profiles: [],
};
