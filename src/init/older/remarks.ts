import type { Translation } from '../../fleet/config/dialect-older.ts';
import { type Located, type Path, spanOfKey } from '../../fleet/config/located.ts';
import type { Source } from '../../fleet/config/source.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { isForPeople } from './comments.ts';

/** Every key of an older file whose value is nowhere in the new one, at its place and with the reason: what loading remarks on, and what it passes over. */
export function remarksOn(
  { fates, diagnostics }: Pick<Translation, 'fates' | 'diagnostics'>,
  { source, tree, extras }: { readonly source: Source; readonly tree: Located; readonly extras: readonly string[] },
): readonly Diagnostic[] {
  const keyPlace = (path: Path) => placeKey(source.placeOf(spanOfKey(tree, path)));
  const people = new Set(fates.filter(({ from, to }) => to === null && isForPeople(from)).map(({ from }) => keyPlace(from)));
  const told = new Set(diagnostics.filter((d) => !people.has(placeKey(d)) || d.severity === 'warning').map(placeKey));
  const reasons = fates.flatMap(({ from, to, why }) =>
    to === null && !extras.includes(String(from[0])) ? [{ from, why: why! }] : [],
  );
  const silent = reasons
    .map(({ from, why }) => {
      const reason = isForPeople(from) && !isEmpty(valueAt(tree.value, from)) ? 'it is for people, and kept as a comment' : why;
      const message = `${label(from, tree)} is not carried over: ${reason}`;
      return source.diagnose(spanOfKey(tree, from), { code: 'not-carried-over', severity: 'info', message });
    })
    .filter((remark) => !told.has(placeKey(remark)));
  const all = [
    ...diagnostics.filter((d) => told.has(placeKey(d))),
    ...new Map(silent.map((one) => [placeKey(one), one])).values(),
  ];
  return all.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

function placeKey({ line, column }: Pick<Diagnostic, 'line' | 'column'>): string {
  return `${line}:${column}`;
}

/** `special_requirements of ml-service`, or the dotted path where no service is near. */
function label(path: Path, tree: Located): string {
  const name = path[2] === 'services' ? nameAt(tree.value, path.slice(0, 4)) : undefined;
  return name === undefined ? path.map(String).join('.') : `${path.slice(4).map(String).join('.')} of ${name}`;
}

function nameAt(value: unknown, path: Path): string | undefined {
  const name = (valueAt(value, path) as { name?: unknown } | undefined)?.name;
  return typeof name === 'string' ? name : undefined;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((here, key) => (here as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
