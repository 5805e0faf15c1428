import { Document, isCollection, isSeq, type Node, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { dialectOf } from '../../fleet/config/dialect.ts';
import { translateOlder } from '../../fleet/config/dialect-older.ts';
import type { Fate } from '../../fleet/config/draft.ts';
import type { Path } from '../../fleet/config/located.ts';
import { parseConfig } from '../../fleet/config/parse.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { parseYamlDocument } from '../../util/bounded-yaml.ts';
import { isMapping } from '../../util/is-mapping.ts';
import { schemaComment } from '../yaml-text.ts';
import { keepComments, keepDropped } from './comments.ts';
import { entryAt, isWhole, withoutAnchors } from './old-tree.ts';
import { remarksOn } from './remarks.ts';

/** An older configuration in the current form. */
export interface Rewritten {
  readonly document: Document;
  /** How many keys of the older file have their value in the new one. */
  readonly carried: number;
  /** Every key that has not, at its place in the older file, and why. */
  readonly remarks: readonly Diagnostic[];
}

/** A key that has a place in the current form. */
type Move = Fate & { readonly to: Path };

/**
 * Rewrites a text of the older form; null when it is not of that form. Values keep their writing, and comments their place beside what they stand at;
 * what has no counterpart stays as a comment when it says something to people. The text must load without an error.
 */
export function rewriteOlder(text: string, file: string, schema: string): Rewritten | null {
  const { source, tree } = parseConfig(text, file);
  if (!tree || !isMapping(tree.value) || dialectOf(tree.value) !== 'older') return null;
  const translation = translateOlder(tree, source);
  const old = parseYamlDocument(source.text, { uniqueKeys: false, logLevel: 'silent' })!;
  const document = new Document(new YAMLMap());
  document.commentBefore = [schemaComment(schema), ...(old.commentBefore ? ['', ...old.commentBefore.split('\n')] : [])].join(
    '\n',
  );
  const extras = Object.keys(tree.value).filter((key) => key.startsWith('x-'));
  const moves = [
    ...extras.map((key): Move => ({ from: [key], to: [key], why: null })),
    ...translation.fates.filter((fate): fate is Move => fate.to !== null),
  ];
  const rewriter = new Rewriter(document, old.contents, moves);
  for (const move of moves)
    rewriter.place(move, valueAt(extras.includes(String(move.to[0])) ? tree.value : translation.value, move.to));
  phaseFirst(document.contents as unknown as YAMLMap);
  keepDropped(document, { old: old.contents, moves, fates: translation.fates });
  keepComments(document, source.text);
  const remarks = remarksOn(translation, { source, tree, extras });
  return { document, carried: moves.filter(({ to }) => !rewriter.isContainer(to)).length, remarks };
}

class Rewriter {
  readonly #document: Document;
  readonly #old: Node | null;
  /** Paths below which other moves put something. */
  readonly #containers = new Set<string>();

  constructor(document: Document, old: Node | null, moves: readonly Move[]) {
    this.#document = document;
    this.#old = old;
    for (const { to } of moves)
      for (let length = 1; length < to.length; length++) this.#containers.add(keyOf(to.slice(0, length)));
  }

  isContainer(path: Path): boolean {
    return this.#containers.has(keyOf(path));
  }

  /** Puts one value where it belongs now. */
  place({ from, to }: Move, value: unknown): void {
    const before = entryAt(this.#old, from);
    const node = this.#nodeFor(value, { to, before: before?.value ?? null });
    this.#put(to, node, before?.key ?? null);
  }

  /** The older node itself where its value is the same, so that it keeps its writing. */
  #nodeFor(value: unknown, { to, before }: { readonly to: Path; readonly before: Node | null }): Node {
    if (this.isContainer(to)) return withCommentsOf(Array.isArray(value) ? new YAMLSeq() : new YAMLMap(), before);
    const same = before !== null && isWhole(before) && JSON.stringify(before.toJSON()) === JSON.stringify(value);
    return same ? withoutAnchors(before) : withCommentsOf(this.#document.createNode(value), before);
  }

  #put(path: Path, node: Node, oldKey: Scalar | null): void {
    const parent = this.#parentOf(path);
    const key = path.at(-1)!;
    if (isSeq(parent)) {
      parent.items[Number(key)] = node;
      return;
    }
    const name = new Scalar(String(key));
    if (oldKey?.commentBefore) name.commentBefore = oldKey.commentBefore;
    if (oldKey?.spaceBefore) name.spaceBefore = true;
    parent.delete(String(key));
    parent.items.push(this.#document.createPair(name, node) as never);
  }

  /** The mapping or list that a path ends in; sections that the older form calls otherwise are made with the comments of those. */
  #parentOf(path: Path): YAMLMap | YAMLSeq {
    const parent = path.slice(0, -1);
    const here = parent.length === 0 ? this.#document.contents : this.#document.getIn(parent, true);
    if (isCollection(here)) return here as YAMLMap | YAMLSeq;
    const made = new YAMLMap();
    const before = parent.length === 1 ? entryAt(this.#old, [OLDER_SECTIONS[String(parent[0])] ?? parent[0]!]) : null;
    this.#put(parent, made, before?.key ?? null);
    return made;
  }
}

/** What sections of the current form were called; one that took several is not named. */
const OLDER_SECTIONS: Readonly<Record<string, string>> = { batch: 'batch_config', health: 'health_checks' };

function withCommentsOf<T extends Node>(node: T, before: Node | null): T {
  if (before === null) return node;
  if (before.commentBefore) node.commentBefore = before.commentBefore;
  if (before.comment) node.comment = before.comment;
  if (before.spaceBefore) node.spaceBefore = true;
  return node;
}

/** It names everything else; an empty line stands between two sections. */
function phaseFirst(top: YAMLMap): void {
  const at = top.items.findIndex(({ key }) => (key as Scalar).value === 'phase');
  if (at >= 0) top.items.unshift(...top.items.splice(at, 1));
  for (const { key } of top.items.slice(1)) (key as Scalar).spaceBefore = true;
}

function keyOf(path: Path): string {
  return path.map(String).join('\0');
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((here, key) => (here as Record<PropertyKey, unknown> | undefined)?.[key], value);
}
