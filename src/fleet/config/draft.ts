import type { Diagnostic, Severity } from '../../model/diagnostic.ts';
import { type Located, type Path, spanOfKey } from './located.ts';
import type { Source } from './source.ts';

/** What became of a key of the older form: where its value is now, or (`to` null) why it is nowhere. */
export interface Fate {
  readonly from: Path;
  readonly to: Path | null;
  readonly why: string | null;
}

/** A configuration in the current form that is put together from an older one, and remembers where each part was written. */
export class Draft {
  readonly value: Record<string, unknown> = {};
  readonly diagnostics: Diagnostic[] = [];
  /** In the order of the older form, containers before what is in them. */
  readonly fates: Fate[] = [];
  private readonly origins = new Map<string, Path>();
  private readonly tree: Located;
  private readonly source: Source;

  constructor(tree: Located, source: Source) {
    this.tree = tree;
    this.source = source;
  }

  /** Sets the value at `to`, making the mappings on the way. */
  put(to: Path, value: unknown, from: Path): void {
    let here: Record<PropertyKey, unknown> = this.value;
    for (const key of to.slice(0, -1)) {
      here[key] ??= {};
      here = here[key] as Record<PropertyKey, unknown>;
    }
    here[to.at(-1)!] = value;
    this.fates.push({ from, to, why: null });
    this.link(to, from);
  }

  /** Says where `to` was written, without setting anything. */
  link(to: Path, from: Path): void {
    this.origins.set(keyOf(to), from);
  }

  /** Says that a key is not carried over without a word, as nothing is lost. */
  leave(from: Path, why: string): void {
    this.fates.push({ from, to: null, why });
  }

  /** Where a path of the current form was written: by the longest part of it that is known. */
  writtenPath(path: Path): Path {
    for (let length = path.length; length > 0; length--) {
      const from = this.origins.get(keyOf(path.slice(0, length)));
      if (from) return [...from, ...path.slice(length)];
    }
    return [];
  }

  /** Reports something of the older file, at its key. */
  remark(
    from: Path,
    severity: Exclude<Severity, 'error'>,
    problem: { code: string; message: string; remedy?: string | undefined },
  ): void {
    if (problem.code !== 'unknown-value') this.leave(from, problem.message);
    this.diagnostics.push(this.source.diagnose(spanOfKey(this.tree, from), { ...problem, severity }));
  }
}

function keyOf(path: Path): string {
  return path.map(String).join('\0');
}
