import { COMPOSE_FLAGS, JSON_FLAG } from './common.ts';
import { anyText, type FlagSet, many, one, type Parse, toggle } from './flag.ts';
import { parseNames, parseRefresh, parseServiceCount, parseWindow } from './values.ts';

export const VALIDATE_FLAGS = {
  ...COMPOSE_FLAGS,
  category: many('--category', '<CAT>', { says: 'only that category, or a comma list of them', parse: parseNames }),
  expect: one('--expect', '<N>', { says: 'so many services have to be completed and up', parse: parseServiceCount }),
  // Without a duration the command line has `true`.
  watch: one('--watch', '[DURATION]', {
    says: 'then watch for so long (default: validation.watch.duration, 10m): errors and response times, compared with before the rebuild',
    parse: parseWindow as Parse<number | true>,
    completes: 'nothing',
  }),
  interval: one('--interval', '<DURATION>', {
    says: 'with --watch: between two looks (default: validation.watch.interval, 10s)',
    parse: parseRefresh,
  }),
  strict: toggle('--strict', 'exit 1 on warnings too'),
  json: JSON_FLAG,
  junit: one('--junit', '<FILE>', { says: 'write the result to this file as JUnit XML too', parse: anyText }),
} satisfies FlagSet;
