import { COMPOSE_FLAGS } from './common.ts';
import { anyText, type FlagSet, one, toggle } from './flag.ts';

export const INIT_FLAGS = {
  ...COMPOSE_FLAGS,
  from: one('--from', '<FILE>', {
    says: 'rewrite this configuration of the older form instead of proposing one',
    parse: anyText,
  }),
  out: one('--out', '<FILE>', { says: 'write it there (default: slipway.yaml in the project dir)', parse: anyText }),
  force: toggle('--force', 'replace a file that is there'),
  dryRun: toggle('--dry-run', 'print it, and write nothing'),
  stdout: toggle('--stdout', 'the same as --dry-run'),
} satisfies FlagSet;
