import type { Diagnostic } from '../../model/diagnostic.ts';
import { isMapping } from '../../util/is-mapping.ts';
import type { Origin } from './issues.ts';
import { type Path, spanOfKey, spanOfValue } from './located.ts';

interface Named {
  readonly name: string;
  readonly path: Path;
}

/**
 * What no single value shows: names given twice, categories without services, and what is understood but not done. Takes the unchecked
 * value in the current form, so that these are reported together with what the schema finds.
 */
export function crossCheck(value: unknown, origin: Origin): Diagnostic[] {
  const categories = entriesOf(at(value, 'categories'));
  const services = categories.flatMap(([category, one]) => named(at(one, 'services'), ['categories', category, 'services']));
  const projects = named(at(at(value, 'fleet'), 'projects'), ['fleet', 'projects']);
  const empty = categories.filter(([, one]) => isEmpty(at(one, 'services'))).map(([name]) => name);
  return [
    ...repeated(services, 'service', origin),
    ...repeated(projects, 'project', origin),
    ...empty.map((name) => emptyCategory(name, origin)),
    ...(at(at(value, 'replace'), 'group') === true ? [groupNotOffered(origin)] : []),
  ];
}

function at(value: unknown, key: string): unknown {
  return isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function entriesOf(value: unknown): [string, unknown][] {
  return isMapping(value) ? Object.entries(value) : [];
}

function named(list: unknown, path: Path): Named[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item, i) => {
    const name = at(item, 'name');
    return typeof name === 'string' && name !== '' ? [{ name, path: [...path, i, 'name'] }] : [];
  });
}

function isEmpty(services: unknown): boolean {
  return services === undefined || services === null || (Array.isArray(services) && services.length === 0);
}

function repeated(all: readonly Named[], what: 'service' | 'project', origin: Origin): Diagnostic[] {
  const first = new Map<string, Path>();
  const found: Diagnostic[] = [];
  for (const { name, path } of all) {
    const earlier = first.get(name);
    if (earlier) found.push(twice(name, what, { earlier, path }, origin));
    else first.set(name, path);
  }
  return found;
}

function twice(name: string, what: string, { earlier, path }: { earlier: Path; path: Path }, origin: Origin): Diagnostic {
  const [there, here] = [earlier, path].map((one) => spanOfValue(origin.tree, origin.writtenPath(one))) as [never, never];
  const apart = what === 'service' && earlier[1] !== path[1] ? `, in ${String(earlier[1])} and in ${String(path[1])}` : '';
  return origin.source.diagnose(here, {
    code: `duplicate-${what}`,
    message: `the ${what} ${name} is listed twice${apart}`,
    remedy: 'keep one of the two',
    related: [{ span: there, message: 'the first one is here' }],
  });
}

function emptyCategory(name: string, origin: Origin): Diagnostic {
  return origin.source.diagnose(spanOfKey(origin.tree, origin.writtenPath(['categories', name])), {
    code: 'empty-category',
    severity: 'warning',
    message: `the category ${name} has no services`,
    remedy: 'remove it, or list its services under `services`',
  });
}

/**
 * On 40 services one call for all took 7.9 s, two lanes of single calls 9.4 s; but one container that cannot be created leaves those of
 * its siblings half-made (traps T4), and then there is no telling which of them serve.
 */
function groupNotOffered(origin: Origin): Diagnostic {
  return origin.source.diagnose(spanOfValue(origin.tree, origin.writtenPath(['replace', 'group'])), {
    code: 'group-not-offered',
    severity: 'warning',
    message: 'replace.group is not offered: services are replaced one a call, a few at once',
    remedy: 'remove it; one service that cannot be created would leave the others of its group half replaced',
  });
}
