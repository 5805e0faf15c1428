import { COMPOSE_FLAGS, JSON_FLAG } from './common.ts';
import { type FlagSet, one, toggle } from './flag.ts';
import { parseWait } from './values.ts';

export const RELEASES_FLAGS = {
  compare: toggle('--compare', 'what differs between two releases; one that is not given is the newest'),
  json: JSON_FLAG,
} satisfies FlagSet;

const LOCK_WAIT = one('--lock-wait', '<DURATION>', {
  says: 'wait so long for another run of this fleet to end (default: 0s)',
  parse: parseWait,
});

export const ADOPT_FLAGS = { lockWait: LOCK_WAIT, json: JSON_FLAG, ...COMPOSE_FLAGS } satisfies FlagSet;

export const CLEAN_FLAGS = {
  dryRun: toggle('--dry-run', 'only say what would be removed'),
  lockWait: LOCK_WAIT,
  json: JSON_FLAG,
  ...COMPOSE_FLAGS,
} satisfies FlagSet;
