import type { Diagnostic } from '../model/diagnostic.ts';
import { escapeRegExp } from '../util/escape-regexp.ts';

/** Fewer are told one by one. */
const GROUP_FROM = 3;

const TIME = /\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?: UTC|Z)?/g;
const RUN = /\b\d{8}_\d{6}\b/g;
/** Hexadecimal, with a digit in it. */
const ID = /\b(?=[a-f]*\d)[0-9a-f]{7,64}\b/g;
const PORT = /(?<=[\w\]]):\d{2,5}\b/g;
/** A number with its unit; those that say what went wrong, exit codes and HTTP statuses, are no mere amount. */
const AMOUNT =
  /(?<![\w.-])(?<!\b(?:code|exit|status|answered|with|HTTP) )\d+(?:[.,]\d+)*(?:%| ?(?:ms|s|m|h|[kMG]?B)\b)?(?![\w-])/g;

/** Findings that say the same of several services, in the order of the list, each with those that are like it: alone, or three and more. */
export function groupAlike(findings: readonly Diagnostic[]): readonly (readonly Diagnostic[])[] {
  const groups = new Map<string, Diagnostic[]>();
  const shapes = findings.map(shapeOf);
  for (const [at, shape] of shapes.entries()) groups.set(shape, [...(groups.get(shape) ?? []), findings[at]!]);
  return findings.flatMap((finding, at) => {
    const group = groups.get(shapes[at]!)!;
    if (group.length < GROUP_FROM) return [[finding]];
    return group[0] === finding ? [group] : [];
  });
}

/** Whom a finding is about: a service, else the variable or file that its message quotes; null = nobody who has a name. */
export function subjectOf({ service, message }: Diagnostic): string | null {
  return service ?? /"([\w./-]+)"/.exec(message)?.[1] ?? null;
}

/** Lines of a file with their numbers, as they stand above a caret. */
export const EXCERPT = /^ *\d* \|/;

/** What a finding says, without whom it says it of and without amounts. */
function shapeOf(finding: Diagnostic): string {
  const { code, severity, message, evidence = '', remedy, related } = finding;
  const subject = subjectOf(finding);
  if (subject === null || related) return JSON.stringify(finding);
  const name = escapeRegExp(subject.slice(subject.lastIndexOf('/') + 1));
  // Containers and images are called after their service.
  const named = new RegExp(`[\\w./:-]*(?<![A-Za-z0-9])${name}(?![A-Za-z0-9])[\\w/-]*(?:[.:][\\w/-]+)*`, 'g');
  const plain = (text = '') =>
    text.replace(named, '¤').replace(TIME, '#').replace(RUN, '#').replace(ID, '#').replace(PORT, ':#').replace(AMOUNT, '#');
  // An excerpt shows the place, which is told of each.
  return JSON.stringify([code, severity, plain(message), EXCERPT.test(evidence) ? '' : plain(evidence), plain(remedy)]);
}

/** Commands that take one name at a time. */
const ONE_AT_A_TIME = /^(?:slipway|docker) logs /;
const COMMAND = /`([^`]+)`/g;

/** The commands of the remedies of findings that are alike, each with all their names; only such as take several. */
export function commandsForAll(findings: readonly Diagnostic[]): readonly (readonly string[])[] {
  const all = findings.map(({ remedy = '' }) => [...remedy.matchAll(COMMAND)].map(([, command]) => command!.split(' ')));
  return all[0]!.flatMap((first, at) => {
    const commands = all.map((of) => of[at] ?? []);
    const differs = first.flatMap((word, index) => (commands.every((words) => words[index] === word) ? [] : [index]));
    const isMergeable =
      differs.length === 1 && commands.every(({ length }) => length === first.length) && !ONE_AT_A_TIME.test(first.join(' '));
    if (!isMergeable) return [];
    const [where] = differs as [number];
    const names = [...new Set(commands.map((words) => words[where]!))];
    return [[...first.slice(0, where), ...names, ...first.slice(where + 1)]];
  });
}
