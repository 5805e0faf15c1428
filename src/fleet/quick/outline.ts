/** A key of a block mapping, with the keys that it stands under; an item of a list counts as the key `-`. */
export interface OutlineEntry {
  readonly path: readonly string[];
  /** What follows it on its line: empty for a mapping or list below it. */
  readonly value: string;
}

const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#"'{[&*!|>%@`-][^#]*?|-[^\s#][^#]*?)\s*:(?:\s+(.*))?$/;
const BLOCK_SCALAR = /^(?:[&!]\S+\s+)*[|>][-+0-9]*\s*(?:#.*)?$/;

/**
 * The keys of a YAML text in block style, without parsing it: a hundred times as fast, and a file that is being edited still has one. What is
 * written in flow style (`{a: b}`) stays a value; anchors, tags and merges are not followed.
 */
export function* outlineOf(text: string): Generator<OutlineEntry> {
  const open: { readonly column: number; readonly key: string }[] = [];
  let scalarColumn = Number.POSITIVE_INFINITY;
  for (const line of text.split(/\r?\n/)) {
    const column = line.search(/[^ ]/);
    if (column === -1 || column > scalarColumn) continue;
    scalarColumn = Number.POSITIVE_INFINITY;
    if (line[column] === '#' || (column === 0 && /^(?:---|\.\.\.|%)/.test(line))) continue;
    for (const entry of entriesOf(line, column, open)) {
      if (BLOCK_SCALAR.test(entry.value)) scalarColumn = column;
      yield entry;
    }
  }
}

/** The text of a top-level key with all that stands under it; empty when the text has no such key. */
export function sectionOf(text: string, key: string): string {
  const lines = text.split(/\r?\n/);
  const from = lines.findIndex((line) => line.startsWith(`${key}:`));
  if (from === -1) return '';
  // A list may begin at the column of its key.
  const length = lines.slice(from + 1).findIndex((line) => /^[^\s#-]/.test(line));
  return lines.slice(from, length === -1 ? undefined : from + 1 + length).join('\n');
}

function* entriesOf(
  line: string,
  column: number,
  open: { readonly column: number; readonly key: string }[],
): Generator<OutlineEntry> {
  let at = column;
  for (;;) {
    const rest = line.slice(at);
    const item = /^-(\s+|$)/.exec(rest);
    while (open.length > 0 && !isAbove(open.at(-1)!, { column: at, isItem: item !== null })) open.pop();
    if (item === null) break;
    open.push({ column: at, key: '-' });
    at += item[0].length;
    if (at >= line.length) return;
    if (!KEY.test(line.slice(at)) && !/^-\s/.test(line.slice(at))) {
      yield { path: open.map(({ key }) => key), value: withoutComment(line.slice(at)) };
      return;
    }
  }
  const found = KEY.exec(line.slice(at));
  if (!found) return;
  open.push({ column: at, key: unquoted(found[1]!) });
  yield { path: open.map(({ key }) => key), value: withoutComment(found[2] ?? '') };
}

/** The items of a list may stand at the column of the key that they belong to. */
function isAbove(
  one: { readonly column: number; readonly key: string },
  next: { readonly column: number; readonly isItem: boolean },
) {
  return one.column < next.column || (one.column === next.column && next.isItem && one.key !== '-');
}

function withoutComment(value: string): string {
  return value.startsWith('#') ? '' : value.replace(/\s+#.*$/, '').trim();
}

/** A scalar as it is meant: without its quotes. */
export function unquoted(text: string): string {
  const last = text.length > 1 ? text.at(-1) : '';
  if (text[0] === "'" && last === "'") return text.slice(1, -1).replaceAll("''", "'");
  return text[0] === '"' && last === '"' ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
}
