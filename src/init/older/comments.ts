import { type Document, isMap, type Node, Parser, stringify, type YAMLMap } from 'yaml';
import type { Fate } from '../../fleet/config/draft.ts';
import type { Path } from '../../fleet/config/located.ts';
import { entryAt } from './old-tree.ts';

/** What people wrote for people: it stays as a comment near where it stood. */
const FOR_PEOPLE = ['special_requirements', 'notes', 'version', 'last_updated', 'dependencies'];

/** Whether a key of the older form speaks to people only. */
export function isForPeople(from: Path): boolean {
  return FOR_PEOPLE.includes(String(from.at(-1)));
}

interface Dropped {
  readonly old: Node | null;
  readonly moves: readonly { readonly from: Path; readonly to: Path }[];
  readonly fates: readonly Fate[];
}

/** Writes what has no counterpart but says something to people as comments: in the mapping that it belonged to, else at the end. */
export function keepDropped(document: Document, { old, moves, fates }: Dropped): void {
  const places = new Map(moves.map(({ from, to }) => [from.map(String).join('\0'), to]));
  const done = new Set<string>();
  for (const { from, to } of fates) {
    const id = from.map(String).join('\0');
    if (to !== null || !isForPeople(from) || done.has(id)) continue;
    done.add(id);
    const value = entryAt(old, from)?.value?.toJSON();
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    const text = commented(String(from.at(-1)), value);
    const home = places.get(from.slice(0, -1).map(String).join('\0'));
    const parent = home === undefined ? null : document.getIn(home, true);
    addComment(isMap(parent) ? (parent as YAMLMap) : document, text);
  }
}

function commented(key: string, value: unknown): string {
  const lines = stringify({ [key]: value }, { lineWidth: 0 })
    .trimEnd()
    .split('\n');
  return lines.map((line) => ` ${line}`).join('\n');
}

function addComment(node: { comment?: string | null }, text: string): void {
  node.comment = node.comment ? `${node.comment}\n${text}` : text;
}

/** Adds every comment of the older text that has found no place beside what it stood at to the end. */
export function keepComments(document: Document, older: string): void {
  const written = commentsOf(document.toString());
  const lost = commentsOf(older).filter((comment) => {
    const at = written.indexOf(comment);
    if (at >= 0) written.splice(at, 1);
    return at < 0;
  });
  if (lost.length > 0)
    addComment(document, [' Comments of the older file whose place is gone:', ...lost.map((line) => ` ${line}`)].join('\n'));
}

/** The text of each comment, without empty ones. */
function commentsOf(text: string): string[] {
  const found: string[] = [];
  const walk = (token: unknown): void => {
    if (typeof token !== 'object' || token === null) return;
    if (Array.isArray(token)) {
      for (const one of token) walk(one);
      return;
    }
    const { type, source } = token as { type?: string; source?: string };
    if (type === 'comment' && source !== undefined) found.push(source.replace(/^#+\s*|\s+$/g, ''));
    for (const part of Object.values(token)) walk(part);
  };
  for (const token of new Parser().parse(text)) walk(token);
  return found.filter((comment) => comment !== '');
}
