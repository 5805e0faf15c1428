import { COMPOSE_FLAGS, JSON_FLAG } from './common.ts';
import { anyText, type FlagSet, one, toggle, type ValuesOf } from './flag.ts';
import { parseWait } from './values.ts';

export const ROLLBACK_FLAGS = {
  to: one('--to', '<RELEASE>', {
    says: 'the release to go back to (default: for each service the newest in which it ran well with something else)',
    parse: anyText,
  }),
  all: toggle('--all', 'the whole fleet, dependents first'),
  dryRun: toggle('--dry-run', 'print the plan and touch nothing'),
  continue: toggle('--continue', 'resume the last unfinished or failed run'),
  lockWait: one('--lock-wait', '<DURATION>', {
    says: 'wait so long for another run of this fleet to end (default: 0s)',
    parse: parseWait,
  }),
  json: JSON_FLAG,
  ...COMPOSE_FLAGS,
} satisfies FlagSet;

export type RollbackValues = ValuesOf<typeof ROLLBACK_FLAGS>;
