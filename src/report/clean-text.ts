import { shortId } from '../model/ids.ts';
import type { Cleaning } from '../run/releases/clean-plan.ts';
import { assertNever } from '../util/assert.ts';
import { printable } from '../util/printable.ts';

/** What is removed, one line each. */
export function renderCleanings(verb: string, cleanings: readonly Cleaning[]): string {
  return `${[`${verb}:`, ...cleanings.map((cleaning) => `  ${printable(cleaningText(cleaning))}`)].join('\n')}\n`;
}

/** One removal as scripts get it. */
export function cleaningDocument(cleaning: Cleaning): object {
  switch (cleaning.kind) {
    case 'keeper':
      return { kind: cleaning.kind, ...cleaning.keeper };
    case 'leftover':
      return { kind: cleaning.leftover.kind, run: cleaning.leftover.run, name: cleaning.leftover.name };
    default:
      return cleaning;
  }
}

function cleaningText(cleaning: Cleaning): string {
  switch (cleaning.kind) {
    case 'release':
      return `release ${cleaning.release}`;
    case 'keeper':
      return `keeper of image ${shortId(cleaning.keeper.image)} in ${cleaning.keeper.project}`;
    case 'backup-tag':
      return `backup tag ${cleaning.tag}`;
    case 'leftover':
      return `${cleaning.leftover.kind.replaceAll('-', ' ')} ${cleaning.leftover.name}`;
    case 'run':
      return `journal and logs of run ${cleaning.run}`;
    default:
      return assertNever(cleaning);
  }
}
