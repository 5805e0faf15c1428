import { COMPOSE_FLAGS, JSON_FLAG } from './common.ts';
import { type FlagSet, many, toggle } from './flag.ts';
import { parseNames } from './values.ts';

export const DOCTOR_FLAGS = {
  ...COMPOSE_FLAGS,
  category: many('--category', '<CAT>', {
    says: 'only what a rebuild of this category, or of a comma list of them, needs',
    parse: parseNames,
  }),
  fix: toggle('--fix', 'put right what is safe to: leftovers and locks of runs that are gone, our own files; asks first'),
  dryRun: toggle('--dry-run', 'with --fix: only say what would be put right'),
  json: JSON_FLAG,
} satisfies FlagSet;
