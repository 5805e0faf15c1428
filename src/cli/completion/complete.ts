import type { Argument, Command } from '../command.ts';
import { HELP_COMMAND } from '../options/common.ts';
import type { Completes, Flag } from '../options/flag.ts';
import type { Site } from './line.ts';

/** A word that a shell offers, and what it shows beside it. */
export interface Candidate {
  readonly word: string;
  readonly says: string;
}

/** What the shell does: offer these words, or complete paths itself. */
export interface Completion {
  readonly kind: 'words' | 'files' | 'directories';
  readonly candidates: readonly Candidate[];
}

/** What only the fleet's files know; asked for one kind at a time. */
export type FindNames = (kind: NamedThing) => Promise<readonly Candidate[]>;

/** What has names that no command line has. */
export type NamedThing = Exclude<Completes, 'commands' | 'files' | 'directories' | 'nothing'>;

/** What values are called in help, where that tells what they are. */
const BY_NAME: Readonly<Record<string, Completes>> = {
  '<CAT>': 'categories',
  '<FILE>': 'files',
  '<DIR>': 'directories',
  '<RUN>': 'runs',
  '<RELEASE>': 'releases',
};

/** What the words of a command's usage are called. */
const BY_ARGUMENT: Readonly<Record<string, Completes>> = {
  service: 'services',
  run: 'runs',
  release: 'releases',
  folder: 'backups',
  file: 'files',
};

const NOTHING: Completion = { kind: 'words', candidates: [] };

/** What can stand where the cursor is. */
export async function complete(site: Site, commands: readonly Command[], find: FindNames): Promise<Completion> {
  switch (site.at) {
    case 'nowhere':
      return NOTHING;
    case 'command':
      return offer([...commands.map(candidateOf), { word: HELP_COMMAND.name, says: HELP_COMMAND.says }], site);
    case 'help':
      return offer(commands.map(candidateOf), site);
    case 'option':
      return offer(
        site.flags.map(({ name, says }) => ({ word: name, says })),
        site,
      );
    case 'value':
      return completeValue(site, find);
    case 'argument':
      return completeArgument(site, find);
  }
}

/** What a flag's value can be: words of a closed list, or names that are to be found. */
export function completesOf({ value, parse, completes }: Flag<unknown>): Completes | readonly string[] | null {
  return completes ?? parse.words ?? BY_NAME[value ?? ''] ?? null;
}

async function completeValue({ flag, before, current }: Site & { at: 'value' }, find: FindNames): Promise<Completion> {
  const what = completesOf(flag) ?? 'nothing';
  if (what === 'files' || what === 'directories') return { kind: what, candidates: [] };
  if (what === 'commands' || what === 'nothing') return NOTHING;
  if (typeof what !== 'string')
    return offer(
      what.map((word) => ({ word: `${before}${word}`, says: '' })),
      { current: before + current },
    );
  // A comma list is one word to the shell: what is there of it stays in front.
  const isList = what === 'categories' || what === 'profiles';
  const kept = isList ? current.slice(0, current.lastIndexOf(',') + 1) : '';
  const taken = kept.split(',');
  const names = (await find(what)).filter(({ word }) => !taken.includes(word));
  return offer(
    names.map(({ word, says }) => ({ word: `${before}${kept}${word}`, says })),
    { current: before + current },
  );
}

async function completeArgument({ command, given, current }: Site & { at: 'argument' }, find: FindNames): Promise<Completion> {
  const { argument } = command;
  if (argument === null) return NOTHING;
  const [first] = given;
  const behindVerb = given.length === 1 && first !== undefined ? argument.verbs?.[first] : undefined;
  if (first !== undefined && argument.verbs?.[first] !== undefined && behindVerb === undefined) return NOTHING;
  const kinds = behindVerb ? [behindVerb] : kindsAt(given.length, argument);
  const words = (await Promise.all(kinds.map((kind) => wordsOf(kind, find)))).flat();
  const verbs = given.length === 0 ? Object.keys(argument.verbs ?? {}).map((word) => ({ word, says: '' })) : [];
  const found = offer([...words.filter(({ word }) => !given.includes(word)), ...verbs], { current });
  if (found.candidates.length > 0) return found;
  if (kinds.includes('files')) return { kind: 'files', candidates: [] };
  return kinds.includes('backups') || kinds.includes('directories') ? { kind: 'directories', candidates: [] } : NOTHING;
}

/** What can stand at a place of `[folder] [service...]`: what may be left out before it does not hide what comes after. */
function kindsAt(place: number, { usage }: Argument): readonly (Completes | readonly string[])[] {
  const parts = [...usage.matchAll(/[[<]([^\]>.]+)(\.\.\.)?[\]>]/g)].map(([whole, name, dots]) => ({
    kind: name!.includes('|') ? name!.split('|') : (BY_ARGUMENT[name!] ?? ('nothing' as const)),
    optional: whole.startsWith('['),
    endless: dots !== undefined,
  }));
  const here = parts[place] ?? (parts.at(-1)?.endless ? parts.at(-1) : undefined);
  if (!here) return [];
  const next = here.optional && !here.endless ? parts[place + 1] : undefined;
  return [here.kind, ...(next ? [next.kind] : [])];
}

async function wordsOf(kind: Completes | readonly string[], find: FindNames): Promise<readonly Candidate[]> {
  if (typeof kind !== 'string') return kind.map((word) => ({ word, says: '' }));
  return kind === 'commands' || kind === 'files' || kind === 'directories' || kind === 'nothing' ? [] : find(kind);
}

function offer(candidates: readonly Candidate[], { current }: { readonly current: string }): Completion {
  return { kind: 'words', candidates: candidates.filter(({ word }) => word.startsWith(current)) };
}

function candidateOf({ name, summary }: Command): Candidate {
  return { word: name, says: summary };
}
