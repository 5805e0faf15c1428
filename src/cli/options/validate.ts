import { COMPOSE_FLAGS, JSON_FLAG } from './common.ts';
import { anyText, type FlagSet, many, one, toggle } from './flag.ts';
import { parseNames, parseServiceCount } from './values.ts';

export const VALIDATE_FLAGS = {
  ...COMPOSE_FLAGS,
  category: many('--category', '<CAT>', { says: 'only that category, or a comma list of them', parse: parseNames }),
  expect: one('--expect', '<N>', { says: 'so many services have to be completed and up', parse: parseServiceCount }),
  strict: toggle('--strict', 'exit 1 on warnings too'),
  json: JSON_FLAG,
  junit: one('--junit', '<FILE>', { says: 'write the result to this file as JUnit XML too', parse: anyText }),
} satisfies FlagSet;
