import { isAlias, isMap, isNode, isPair, isScalar, isSeq, type Node, type Scalar, visit } from 'yaml';
import type { Path } from '../../fleet/config/located.ts';

/** What is written at a path of a document: the key (of a mapping's entry) and the value. */
export interface Entry {
  readonly key: Scalar | null;
  readonly value: Node | null;
}

/** Looks a path up in what is written; null for what came through an alias or a merge. */
export function entryAt(root: Node | null, path: Path): Entry | null {
  let entry: Entry = { key: null, value: root };
  for (const part of path) {
    const next = step(entry.value, part);
    if (next === null) return null;
    entry = next;
  }
  return entry;
}

function step(node: Node | null, part: PropertyKey): Entry | null {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
    return pair ? { key: pair.key as Scalar, value: isNode(pair.value) ? pair.value : null } : null;
  }
  if (!isSeq(node)) return null;
  const item = node.items[Number(part)];
  return item !== undefined && !isPair(item) ? { key: null, value: item as Node } : null;
}

/** Whether a node can be moved as it is: what an alias in it stands for is elsewhere. */
export function isWhole(node: Node): boolean {
  let whole = true;
  visit(node, {
    Alias: () => {
      whole = false;
      return visit.BREAK;
    },
    Pair: (_, { key }) => {
      if (!isScalar(key) || key.value === '<<') whole = false;
    },
  });
  return whole && !isAlias(node);
}

/** The node without its anchors, to which nothing refers any more. */
export function withoutAnchors(node: Node): Node {
  visit(node, {
    Node: (_, one) => {
      delete (one as { anchor?: string }).anchor;
    },
  });
  return node;
}
