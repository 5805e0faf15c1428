import { COMPOSE_FLAGS, JSON_FLAG } from './common.ts';
import { anyText, type FlagSet, one, toggle } from './flag.ts';
import { parseLineCount } from './values.ts';

export const STATUS_FLAGS = { json: JSON_FLAG } satisfies FlagSet;

export const RUNS_FLAGS = { json: JSON_FLAG } satisfies FlagSet;

export const LOGS_FLAGS = {
  test: toggle('--test', 'the test log instead of the build log'),
  run: one('--run', '<RUN>', {
    says: 'of this run (default: the newest that has one); of containers: since it began',
    parse: anyText,
  }),
  container: toggle('--container', 'what its containers write, instead of the build log of a run'),
  follow: toggle('--follow', 'go on printing until the run ends; of containers until you interrupt', '-f'),
  tail: one('--tail', '<N>', {
    says: 'only the last lines (default: the whole log of a run, 200 lines of each container)',
    parse: parseLineCount,
    short: '-n',
  }),
} satisfies FlagSet;

export const UNLOCK_FLAGS = {
  ...COMPOSE_FLAGS,
  force: toggle('--force', 'also from a process that is running or cannot be seen from here'),
} satisfies FlagSet;
