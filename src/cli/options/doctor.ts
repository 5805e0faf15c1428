import { COMPOSE_FLAGS, JSON_FLAG } from './common.ts';
import { type FlagSet, many } from './flag.ts';
import { parseNames } from './values.ts';

export const DOCTOR_FLAGS = {
  ...COMPOSE_FLAGS,
  category: many('--category', '<CAT>', {
    says: 'only what a rebuild of this category, or of a comma list of them, needs',
    parse: parseNames,
  }),
  json: JSON_FLAG,
} satisfies FlagSet;
