import { COMMANDS } from '../catalog.ts';
import { COMMON_FLAGS } from '../options/common.ts';
import type { World } from '../world.ts';
import { complete } from './complete.ts';
import { nameFinder } from './find-names.ts';
import { readLine } from './line.ts';

/** What the shells' scripts call with the words of a command line; no command, so that no help lists it. */
export const COMPLETE = '__complete';

/** The words after the program's name that are to be completed, when this process was started for that. */
export function wordsToComplete({ args }: World): readonly string[] | null {
  const [entry, dashes, ...words] = args;
  return entry === COMPLETE ? (dashes === '--' ? words : args.slice(1)) : null;
}

/**
 * Prints what the shell does (`words`, `files`, `directories`), then a line for each word: itself, a tab, what it means. Whatever goes wrong, it
 * prints nothing: an operator who types must not be disturbed.
 */
export async function completeWords(words: readonly string[], { cwd, out }: World): Promise<void> {
  try {
    const { site, given } = readLine(words, COMMANDS);
    const request = { cwd, projectDir: given(COMMON_FLAGS.projectDir), configFile: given(COMMON_FLAGS.config) };
    const { kind, candidates } = await complete(site, COMMANDS, nameFinder(request));
    const lines = candidates
      .filter(({ word }) => !/[\t\n]/.test(word))
      .map(({ word, says }) => `${word}\t${says.replace(/\s+/g, ' ')}`);
    out.write([kind, ...lines, ''].join('\n'));
  } catch {
    // Half a file, a folder that may not be read: then there is nothing to offer.
  }
}
