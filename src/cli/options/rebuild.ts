import { COMPOSE_FLAGS, JSON_FLAG } from './common.ts';
import { anyText, type FlagSet, many, one, toggle, type ValuesOf } from './flag.ts';
import { oneOf, parseBatchSize, parseFailureLimit, parseNames, parseWait } from './values.ts';

/** What shapes a plan: the same for `plan` and `rebuild`. */
const PLAN_SHAPING_FLAGS = {
  batchSize: one('--batch-size', '<N>', {
    says: 'services in flight at once, or all (default: 5, or batch.size)',
    parse: parseBatchSize,
  }),
  category: many('--category', '<CAT>', {
    says: 'only services of this category, or of a comma list of them',
    parse: parseNames,
  }),
  skipTests: toggle('--skip-tests', 'no test step; what completes is recorded as untested'),
  noCache: toggle('--no-cache', 'build everything anew and replace what differs'),
  force: toggle('--force', 'replace even what is unchanged'),
  pull: toggle('--pull', 'refresh base images first'),
  rollbackOnFail: toggle('--rollback-on-fail', 'put every failed service back, not only critical ones'),
  rollbackScope: one('--rollback-scope', '<SCOPE>', {
    says: 'how much goes back when something fails: service (default), wave or run',
    parse: oneOf(['service', 'wave', 'run']),
  }),
  maxFailures: one('--max-failures', '<N|N%>', {
    says: 'start no further service once more than so many failed',
    parse: parseFailureLimit,
  }),
  ...COMPOSE_FLAGS,
} satisfies FlagSet;

export const PLAN_FLAGS = {
  ...PLAN_SHAPING_FLAGS,
  json: JSON_FLAG,
  out: one('--out', '<FILE>', { says: 'also write the plan to a file, for rebuild --plan', parse: anyText }),
} satisfies FlagSet;

export const REBUILD_FLAGS = {
  ...PLAN_SHAPING_FLAGS,
  dryRun: toggle('--dry-run', 'print the plan and touch nothing'),
  continue: toggle('--continue', 'resume the last unfinished or failed run with its recorded options'),
  plan: one('--plan', '<FILE>', { says: 'execute this plan, if nothing has moved since it was written', parse: anyText }),
  lockWait: one('--lock-wait', '<DURATION>', {
    says: 'wait so long for another rebuild of this fleet to end (default: 0s)',
    parse: parseWait,
  }),
} satisfies FlagSet;

export type PlanShapingValues = ValuesOf<typeof PLAN_SHAPING_FLAGS>;
export type RebuildValues = ValuesOf<typeof REBUILD_FLAGS>;
