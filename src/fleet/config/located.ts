import type { Span } from './source.ts';

export type Path = readonly PropertyKey[];

/** A value of the document together with where it and its parts were written. Aliases share the anchor's. */
export interface Located {
  readonly value: unknown;
  readonly span: Span;
  /** Of a mapping, merged keys included. */
  readonly entries?: ReadonlyMap<string, { readonly keySpan: Span; readonly at: Located }>;
  /** Of a list. */
  readonly items?: readonly Located[];
  /** How many values it holds when every alias is written out. */
  readonly weight: number;
}

/** Where the value at `path` was written; when something on the way is missing, the nearest thing around it that is there. */
export function spanOfValue(root: Located, path: Path): Span {
  let here = root;
  let span = root.span;
  for (const key of path) {
    const entry = here.entries?.get(String(key));
    const next = entry?.at ?? (typeof key === 'number' ? here.items?.[key] : undefined);
    if (!next) return span;
    // A value left empty has no extent: its key is what a reader can see.
    span = next.span[1] > next.span[0] || !entry ? next.span : entry.keySpan;
    here = next;
  }
  return span;
}

/** Where the key that ends `path` was written, else the same as `spanOfValue`. */
export function spanOfKey(root: Located, path: Path): Span {
  const parent = locate(root, path.slice(0, -1));
  return parent?.entries?.get(String(path.at(-1)))?.keySpan ?? spanOfValue(root, path);
}

function locate(root: Located, path: Path): Located | undefined {
  let here: Located | undefined = root;
  for (const key of path)
    here = here?.entries?.get(String(key))?.at ?? (typeof key === 'number' ? here?.items?.[key] : undefined);
  return here;
}
