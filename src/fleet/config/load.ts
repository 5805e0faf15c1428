import { type Diagnostic, hasErrors, type Place } from '../../model/diagnostic.ts';
import type { LoadedConfig } from '../config-types.ts';
import { crossCheck } from './cross-checks.ts';
import { dialectOf } from './dialect.ts';
import { translateOlder } from './dialect-older.ts';
import { show } from './explain.ts';
import { diagnoseIssues, type Origin } from './issues.ts';
import { type Located, type Path, spanOfValue } from './located.ts';
import { normalise } from './normalise.ts';
import { parseConfig } from './parse.ts';
import { configSchema } from './schema.ts';
import type { Source } from './source.ts';

const MAX_DIAGNOSTICS = 100;

type TopLevel = Readonly<Record<string, unknown>>;

/**
 * The configuration of a text, in the current form or the older dialect, with every default filled in and every problem found, in the order of the
 * text. `text` null: there is no file, and the defaults hold. `file` is used in messages only; nothing is read or written.
 */
export function loadConfig(text: string | null, file: string | null): LoadedConfig {
  if (text === null) {
    const parsed = configSchema.parse({});
    return { config: normalise(parsed, { file: null, dialect: 'none' }, () => ({ file: file ?? '' })), diagnostics: [] };
  }
  const { source, tree, diagnostics } = parseConfig(text, file);
  if (!tree) return { config: null, diagnostics };
  const loaded = loadTree(source, tree, file);
  const all = inOrder([...diagnostics, ...loaded.diagnostics]);
  return { config: hasErrors(all) ? null : loaded.config, diagnostics: all };
}

function loadTree(source: Source, tree: Located, file: string | null): LoadedConfig {
  const top = tree.value ?? {};
  if (typeof top !== 'object' || Array.isArray(top)) return { config: null, diagnostics: [notAMapping(source, tree)] };
  const remarks = isEmpty(tree) ? [emptyFile(source)] : [];
  const dialect = dialectOf(top as TopLevel);
  const older = dialect === 'older' ? translateOlder(tree, source) : null;
  const origin: Origin = { source, tree, writtenPath: older ? older.writtenPath : (path) => path };
  const current = older ? older.value : withoutExtras(top as TopLevel);
  const result = configSchema.safeParse(current);
  const found = [...remarks, ...(older?.diagnostics ?? []), ...crossCheck(current, origin)];
  if (!result.success) return { config: null, diagnostics: [...found, ...diagnoseIssues(result.error.issues, origin)] };
  const placeOf = (path: Path): Place => source.placeOf(spanOfValue(tree, origin.writtenPath(path)));
  return { config: normalise(result.data, { file, dialect }, placeOf), diagnostics: found };
}

/** Without `x-…` keys, which Compose users keep their anchors in, and without sections that were left empty. */
function withoutExtras(top: TopLevel): TopLevel {
  return Object.fromEntries(Object.entries(top).filter(([key, value]) => !key.startsWith('x-') && value !== null));
}

/** A mapping whose only keys could not be read is reported for that, and is not empty. */
function isEmpty(tree: Located): boolean {
  return tree.value === null || (tree.entries?.size === 0 && tree.span[1] - tree.span[0] <= '{}'.length);
}

function notAMapping(source: Source, tree: Located): Diagnostic {
  const message = `a configuration is a mapping of keys such as \`categories\`, and this is ${show(tree.value)}`;
  return source.diagnose(tree.span, { code: 'not-a-mapping', message, remedy: 'begin with `phase: phase1`' });
}

function emptyFile(source: Source): Diagnostic {
  const message = 'the file holds no configuration; the defaults are used';
  return { code: 'empty-config', severity: 'warning', message, file: source.file };
}

/** By place, without what repeats itself through aliases, and not more than anybody reads. */
function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const unique = new Map(diagnostics.map((d) => [`${d.line}:${d.column}:${d.code}:${d.line === undefined ? d.message : ''}`, d]));
  const sorted = [...unique.values()].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  if (sorted.length <= MAX_DIAGNOSTICS) return sorted;
  // The worst first, so that a cut list never hides that there are errors.
  const rank = { error: 0, warning: 1, info: 2 } as const;
  const kept = new Set([...sorted].sort((a, b) => rank[a.severity] - rank[b.severity]).slice(0, MAX_DIAGNOSTICS));
  const message = `${sorted.length - MAX_DIAGNOSTICS} more problems are not shown`;
  return [...sorted.filter((d) => kept.has(d)), { code: 'more-problems', severity: 'info', message }];
}
