import { closestMatch } from 'leven';

/** The candidate that a mistyped name most likely means, upper and lower case apart; undefined when none is near enough. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (name.length === 0 || name.length > 200) return undefined;
  const wanted = fold(name);
  const folded = candidates.map(fold);
  const same = folded.indexOf(wanted);
  if (same >= 0) return candidates[same];
  const anagram = folded.findIndex((one) => one.length === wanted.length && letters(one) === letters(wanted));
  if (anagram >= 0) return candidates[anagram];
  // A third of the letters: `servces` means `services`, but `foo` does not mean `other`.
  const maxDistance = wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3));
  const match = closestMatch(wanted, folded, { maxDistance });
  return match === undefined ? longestWithin(wanted, folded, candidates) : candidates[folded.indexOf(match)];
}

/** `calendar` for `calendar-service` is far by edits, yet clear when only one candidate begins so. */
function longestWithin(wanted: string, folded: readonly string[], candidates: readonly string[]): string | undefined {
  if (wanted.length < 3) return undefined;
  const beginning = candidates.filter((_, i) => folded[i]!.startsWith(wanted));
  return beginning.length === 1 ? beginning[0] : undefined;
}

function letters(name: string): string {
  return [...name].sort().join('');
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
