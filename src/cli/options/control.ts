import { JSON_FLAG } from './common.ts';
import { anyText, type FlagSet, one, toggle, type ValuesOf } from './flag.ts';

export const CONTROL_FLAGS = {
  run: one('--run', '<RUN>', { says: 'only if this is the live run', parse: anyText }),
  json: JSON_FLAG,
} satisfies FlagSet;

export const CANCEL_FLAGS = {
  ...CONTROL_FLAGS,
  now: toggle('--now', 'end builds and tests too, as a second Ctrl-C does; a replace still comes to its end'),
} satisfies FlagSet;

export type ControlValues = ValuesOf<typeof CONTROL_FLAGS>;
