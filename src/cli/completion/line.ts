import type { Command } from '../command.ts';
import { COMMON_FLAGS, HELP_COMMAND, HELP_FLAG, VERSION_FLAG } from '../options/common.ts';
import type { Flag } from '../options/flag.ts';

/** Where on a command line the cursor stands; `current` is the word before it as far as it is written. */
export type Site =
  | { readonly at: 'command'; readonly current: string }
  /** A word of a command that is no option; `given` are those before it. */
  | { readonly at: 'argument'; readonly command: Command; readonly given: readonly string[]; readonly current: string }
  | { readonly at: 'help'; readonly current: string }
  /** An option; those that may not come again are left out. */
  | { readonly at: 'option'; readonly flags: readonly Flag<unknown>[]; readonly current: string }
  /** The value of an option, behind `--option=` when `before` says so. */
  | { readonly at: 'value'; readonly flag: Flag<unknown>; readonly before: string; readonly current: string }
  | { readonly at: 'nowhere' };

/** What a command line says so far: where its cursor stands, and the values of the options before it. */
export interface ReadLine {
  readonly site: Site;
  readonly given: (flag: Flag<unknown>) => string | null;
}

/** Reads the words after the program's name, of which the last is the one that is being written. */
export function readLine(words: readonly string[], commands: readonly Command[]): ReadLine {
  const given = new Map<string, string>();
  const line: Line = { command: null, args: [], given, pending: null, ended: false, lost: false };
  for (const word of words.slice(0, -1)) takeWord(word, line, commands);
  return { site: siteOf(words.at(-1) ?? '', line), given: ({ name }) => given.get(name) ?? null };
}

interface Line {
  command: Command | 'help' | null;
  readonly args: string[];
  readonly given: Map<string, string>;
  /** The option whose value comes next. */
  pending: Flag<unknown> | null;
  /** `--` was written: no options follow. */
  ended: boolean;
  /** There is no such command. */
  lost: boolean;
}

function takeWord(word: string, line: Line, commands: readonly Command[]): void {
  if (line.pending !== null) {
    line.given.set(line.pending.name, word);
    line.pending = null;
  } else if (!line.ended && word === '--') line.ended = true;
  else if (!line.ended && word.startsWith('-') && word !== '-') takeOption(word, line);
  else if (line.command !== null) line.args.push(word);
  else if (word === HELP_COMMAND.name) line.command = 'help';
  else {
    line.command = commands.find(({ name }) => name === word) ?? null;
    line.lost ||= line.command === null;
  }
}

function takeOption(word: string, line: Line): void {
  const [name, value] = splitAtEquals(word);
  const flag = flagsOf(line.command).find((one) => one.name === name || one.short === name);
  if (!flag) return;
  line.given.set(flag.name, value ?? '');
  if (flag.takes !== 'nothing' && value === null) line.pending = flag;
}

function siteOf(current: string, { command, args, given, pending, ended, lost }: Line): Site {
  if (lost) return { at: 'nowhere' };
  if (pending) return { at: 'value', flag: pending, before: '', current };
  if (!ended && current.startsWith('-')) return optionSite(current, command, given);
  if (command === null) return { at: 'command', current };
  if (command === 'help') return args.length === 0 ? { at: 'help', current } : { at: 'nowhere' };
  return { at: 'argument', command, given: args, current };
}

function optionSite(current: string, command: Line['command'], given: ReadonlyMap<string, string>): Site {
  const flags = flagsOf(command);
  const [name, value] = splitAtEquals(current);
  if (value !== null) {
    const flag = flags.find((one) => one.name === name && one.takes !== 'nothing');
    return flag ? { at: 'value', flag, before: `${name}=`, current: value } : { at: 'nowhere' };
  }
  return { at: 'option', flags: flags.filter((flag) => flag.takes === 'many' || !given.has(flag.name)), current };
}

function flagsOf(command: Line['command']): readonly Flag<unknown>[] {
  const common = Object.values(COMMON_FLAGS);
  if (command === null) return [...common, HELP_FLAG, VERSION_FLAG];
  return command === 'help' ? [...common] : [...Object.values(command.flags), ...common, HELP_FLAG];
}

function splitAtEquals(word: string): readonly [string, string | null] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at === -1 ? [word, null] : [word.slice(0, at), word.slice(at + 1)];
}
