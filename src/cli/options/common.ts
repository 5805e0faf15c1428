import { anyText, type Flag, type FlagSet, many, one, toggle, type ValuesOf } from './flag.ts';
import { oneOf } from './values.ts';

/** How the operator wants output to look; the words of `--output`. */
const OUTPUT_MODES = ['auto', 'tty', 'plain', 'json', 'quiet'] as const;

/** What all commands take, before or after the command's name. */
export const COMMON_FLAGS = {
  projectDir: one('--project-dir', '<DIR>', {
    says: 'the folder that relative paths start from (default: the nearest one upwards with slipway.yaml or a Compose file)',
    parse: anyText,
  }),
  config: one('--config', '<FILE>', { says: 'the configuration (default: slipway.yaml, if it is there)', parse: anyText }),
  output: one('--output', '<MODE>', {
    says: 'auto, tty (live), plain (a line an event), json (an event a line) or quiet; auto is plain when the output is no terminal',
    parse: oneOf(OUTPUT_MODES),
  }),
  noColor: toggle('--no-color', 'no colours; NO_COLOR=1 does the same'),
  yes: toggle('--yes', 'answer every question with yes', '-y'),
} satisfies FlagSet;

/** What commands take that have Compose render the fleet. */
export const COMPOSE_FLAGS = {
  envFile: many('--env-file', '<FILE>', { says: 'read variables of the Compose files from it instead of .env', parse: anyText }),
  profile: many('--profile', '<NAME>', { says: 'switch a Compose profile on', parse: anyText, completes: 'profiles' }),
} satisfies FlagSet;

/** What every command answers, beside what it takes. */
export const HELP_FLAG: Flag<boolean> = toggle('--help', 'print this help', '-h');

/** What Slipway answers without a command. */
export const VERSION_FLAG: Flag<boolean> = toggle('--version', 'print the version', '-V');

/** Prints the same as a command's `--help`. */
export const HELP_COMMAND = { name: 'help', usage: '[command]', says: 'print the help of a command' } as const;

/** `--json` of commands that print one document. */
export const JSON_FLAG: Flag<boolean> = toggle('--json', 'print it as JSON');

export type CommonValues = ValuesOf<typeof COMMON_FLAGS>;
export type ComposeValues = ValuesOf<typeof COMPOSE_FLAGS>;
