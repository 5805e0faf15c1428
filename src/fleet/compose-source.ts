import { readFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, LineCounter, type Node } from 'yaml';
import type { Place } from '../model/diagnostic.ts';
import { parseYamlDocument } from '../util/bounded-yaml.ts';

type Path = readonly (string | number)[];

/** The Compose files of one project as text, only to say where something stands; Compose itself reads their meaning. */
export interface ComposeSource {
  /** The place of a path such as `['services', 'web', 'build']`, or of the longest part of it that is written anywhere. */
  place(path: Path): Place;
  /** What is written at the path in the last file that has it, as plain values; undefined when nothing is. */
  value(path: Path): unknown;
  /** The files' text by path, for excerpts. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Reads the files leniently: one that is missing or no YAML simply has no places. */
export function readComposeSource(files: readonly string[]): ComposeSource {
  const parsed = files.map(parseFile).reverse();
  const place = (path: Path): Place => {
    for (let length = path.length; length > 0; length--) {
      for (const file of parsed) {
        const offset = offsetOf(file.root, path.slice(0, length));
        if (offset === null) continue;
        const { line, col } = file.lines.linePos(offset);
        return { file: file.path, line, column: col };
      }
    }
    return { file: files[0] ?? '' };
  };
  return {
    place,
    value: (path) => parsed.map((file) => valueAt(file.root, path)).find((value) => value !== undefined),
    texts: new Map(parsed.map((file) => [file.path, file.text])),
  };
}

function parseFile(path: string) {
  const lines = new LineCounter();
  try {
    const text = readFileSync(path, 'utf8');
    return {
      path,
      text,
      lines,
      root: (parseYamlDocument(text, { lineCounter: lines, uniqueKeys: false, logLevel: 'silent' })?.contents ??
        null) as Node | null,
    };
  } catch {
    return { path, text: '', lines, root: null };
  }
}

/** The offset of the key (or list item) that the path ends in. */
function offsetOf(root: Node | null, path: Path): number | null {
  let node: unknown = root;
  let offset: number | null = null;
  for (const part of path) {
    const step = child(node, part);
    if (step === null) return null;
    ({ node, offset } = step);
  }
  return offset;
}

function child(node: unknown, part: string | number): { node: unknown; offset: number | null } | null {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
    return pair === undefined ? null : { node: pair.value, offset: (pair.key as Node).range?.[0] ?? null };
  }
  if (isSeq(node) && typeof part === 'number' && node.items[part] !== undefined) {
    return { node: node.items[part], offset: (node.items[part] as Node).range?.[0] ?? null };
  }
  return null;
}

function valueAt(root: Node | null, path: Path): unknown {
  let node: unknown = root;
  for (const part of path) {
    const step = child(node, part);
    if (step === null) return undefined;
    node = step.node;
  }
  try {
    return (node as { toJSON?: () => unknown } | null)?.toJSON?.() ?? null;
  } catch {
    return undefined; // an alias without its anchor
  }
}
