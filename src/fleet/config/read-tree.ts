import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Located } from './located.ts';
import type { Problem, Source, Span } from './source.ts';

/** What all aliases together may stand for; a fleet of 500 services that shares blocks needs some thousands. */
const MAX_ALIASED_VALUES = 100_000;
const MAX_DEPTH = 50;
const MAX_PROBLEMS = 50;

type Entries = Map<string, { keySpan: Span; at: Located }>;

/** The document's values with their places. Reports duplicate, odd and reserved keys, aliases to nothing, to themselves and alias bombs. */
export function readTree(root: ParsedNode | null, source: Source): { tree: Located; diagnostics: readonly Diagnostic[] } {
  const reader = new TreeReader(source);
  const tree = root ? reader.read(root, 0) : reader.nothing([0, 0]);
  return { tree, diagnostics: reader.diagnostics };
}

class TreeReader {
  readonly diagnostics: Diagnostic[] = [];
  /** Null while the anchored value itself is being read. */
  private readonly anchors = new Map<string, Located | null>();
  private aliasedValues = 0;
  private readonly source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  read(node: ParsedNode | null, depth: number): Located {
    if (node === null) return this.nothing([0, 0]);
    const span = spanOf(node);
    if (isAlias(node)) return this.readAlias(node.source, span);
    if (depth > MAX_DEPTH) {
      this.report(span, { code: 'too-deep', message: `values are nested more than ${MAX_DEPTH} levels deep` });
      return this.nothing(span);
    }
    const anchor = (node as { anchor?: string }).anchor;
    if (anchor !== undefined) this.anchors.set(anchor, null);
    const located = this.readPlain(node, span, depth);
    if (anchor !== undefined) this.anchors.set(anchor, located);
    return located;
  }

  nothing(span: Span): Located {
    return { value: null, span, weight: 1 };
  }

  private readPlain(node: ParsedNode, span: Span, depth: number): Located {
    if (isMap(node)) return this.readMap(node as YAMLMap.Parsed, span, depth);
    if (!isSeq(node)) return { value: (node as Scalar).value, span, weight: 1 };
    const items = node.items.map((item) => this.read(item as ParsedNode, depth + 1));
    return { value: items.map((item) => item.value), span, items, weight: weigh(items) };
  }

  private readMap(node: YAMLMap.Parsed, span: Span, depth: number): Located {
    const own: Entries = new Map();
    const merged: Located[] = [];
    for (const pair of node.items) {
      const at = this.read(pair.value, depth + 1);
      if (isMergeKey(pair.key)) merged.push(...(at.items ?? [at]));
      else this.addEntry(own, pair.key, at);
    }
    const entries = merged.length === 0 ? own : this.merge(own, merged);
    const value: Record<string, unknown> = {};
    for (const [key, entry] of entries) value[key] = entry.at.value;
    return { value, span, entries, weight: weigh([...entries.values()].map((entry) => entry.at)) };
  }

  private addEntry(entries: Entries, key: ParsedNode, at: Located): void {
    const keySpan = spanOf(key);
    if (!isScalar(key) || key.value === null || key.value === '__proto__') {
      const remedy = 'quote the text when it holds `{`, `[`, `?` or `*`';
      this.report(keySpan, { code: 'bad-key', message: 'this is no name for a key', remedy });
      return;
    }
    const name = String(key.value);
    const first = entries.get(name);
    if (first) {
      const related = [{ span: first.keySpan, message: 'the first one is here' }];
      const remedy = 'keep one of the two';
      this.report(keySpan, { code: 'duplicate-key', message: `the key \`${name}\` is given twice`, remedy, related });
    }
    entries.set(name, { keySpan, at });
  }

  /** Own keys win, then those of the earlier source. */
  private merge(own: Entries, sources: readonly Located[]): Entries {
    const all: Entries = new Map(own);
    for (const source of sources) {
      if (!source.entries) {
        const message = '`<<` takes the keys of another mapping, and this is none';
        this.report(source.span, { code: 'bad-merge', message });
        continue;
      }
      for (const [key, entry] of source.entries) if (!all.has(key)) all.set(key, entry);
    }
    return all;
  }

  private readAlias(name: string, span: Span): Located {
    const target = this.anchors.get(name);
    if (!target) {
      const message =
        target === null
          ? `\`*${name}\` stands inside the value that it repeats`
          : `there is no \`&${name}\` before this \`*${name}\``;
      this.report(span, { code: 'bad-alias', message });
      return this.nothing(span);
    }
    this.aliasedValues += target.weight;
    if (this.aliasedValues <= MAX_ALIASED_VALUES) return target;
    if (this.aliasedValues - target.weight <= MAX_ALIASED_VALUES) {
      const message = `the aliases of this file stand for more than ${MAX_ALIASED_VALUES} values`;
      this.report(span, { code: 'too-many-aliases', message, remedy: 'write the values out, or split the fleet' });
    }
    return this.nothing(span);
  }

  private report(span: Span, problem: Problem): void {
    if (this.diagnostics.length < MAX_PROBLEMS) this.diagnostics.push(this.source.diagnose(span, problem));
  }
}

function weigh(parts: readonly Located[]): number {
  return parts.reduce((sum, part) => sum + part.weight, 1);
}

function isMergeKey(key: ParsedNode): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}

function spanOf(node: ParsedNode): Span {
  return [node.range[0], Math.max(node.range[0], node.range[1])];
}
