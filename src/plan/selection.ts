import type { Fleet, Service } from '../fleet/types.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ServiceKey } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import { nearest } from '../util/nearest.ts';
import type { PlanOptions } from './types.ts';

/** What the operator asked for. */
export interface Selection {
  readonly chosen: ReadonlySet<ServiceKey>;
  /** Those of them that were named, which may run a finished one-shot again (traps T7). */
  readonly named: ReadonlySet<ServiceKey>;
  /** Why each other service of the fleet is not chosen. */
  readonly left: ReadonlyMap<ServiceKey, string>;
}

/** Names ∩ categories (contract, section 6); both may be comma lists. Unknown names, unknown categories and an empty result are errors. */
export function selectServices(
  fleet: Fleet,
  options: Pick<PlanOptions, 'services' | 'categories'>,
): Result<Selection, Diagnostic[]> {
  const names = resolveNames(fleet, commaList(options.services));
  const categories = resolveCategories(fleet, commaList(options.categories));
  const problems = [...names.problems, ...categories.problems];
  if (problems.length > 0) return err(problems);

  const asked: Asked = {
    named: options.services.length > 0 ? names.found : null,
    categories: options.categories.length > 0 ? categories.found : null,
  };
  const chosen = new Set<ServiceKey>();
  const left = new Map<ServiceKey, string>();
  for (const service of fleet.services) {
    const reason = whyLeft(service, asked);
    if (reason === null) chosen.add(service.key);
    else left.set(service.key, reason);
  }
  if (chosen.size === 0) return err([emptySelection(fleet, asked)]);
  return ok({ chosen, named: asked.named ?? new Set(), left });
}

/** The parts of comma lists, without empty ones. */
export function commaList(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(',').map((part) => part.trim())).filter((part) => part !== '');
}

/** Null = everything, as nothing was said. */
interface Asked {
  readonly named: ReadonlySet<ServiceKey> | null;
  readonly categories: ReadonlySet<string> | null;
}

function whyLeft(service: Service, asked: Asked): string | null {
  const { named, categories } = asked;
  if (named && !named.has(service.key)) return 'not named';
  if (categories && !(service.category !== null && categories.has(service.category))) {
    return `not selected (--category ${[...categories].join(',')})`;
  }
  if (named || service.category !== null) return null;
  if (!service.hiddenByProfile) return 'in no category';
  return `hidden by profile ${(service.compose.profiles ?? []).join(', ')}`;
}

interface Resolved {
  readonly found: ReadonlySet<string>;
  readonly problems: readonly Diagnostic[];
}

/** A bare service name counts in a fleet of several projects when only one of them has it. */
function resolveNames(fleet: Fleet, names: readonly string[]): Resolved {
  const keys = new Set(fleet.services.map((s) => s.key));
  const found = new Set<string>();
  const problems: Diagnostic[] = [];
  for (const name of names) {
    const matches = keys.has(name) ? [name] : fleet.services.filter((s) => s.name === name).map((s) => s.key);
    if (matches.length === 1) found.add(matches[0]!);
    else problems.push(matches.length === 0 ? unknown('service', name, [...keys]) : ambiguous(name, matches));
  }
  return { found, problems };
}

function resolveCategories(fleet: Fleet, names: readonly string[]): Resolved {
  const known = fleet.categories.map((c) => c.name);
  const problems = names.filter((name) => !known.includes(name)).map((name) => unknown('category', name, known));
  return { found: new Set(names), problems };
}

function unknown(what: 'service' | 'category', name: string, known: readonly string[]): Diagnostic {
  const close = nearest(name, known);
  const list = known.length > 12 ? `${known.slice(0, 12).join(', ')}, …` : known.join(', ');
  return {
    code: `unknown-${what}`,
    severity: 'error',
    message: `there is no ${what} ${name} in this fleet`,
    remedy: close === undefined ? `known: ${list}` : `did you mean ${close}?`,
  };
}

function ambiguous(name: string, keys: readonly ServiceKey[]): Diagnostic {
  return {
    code: 'ambiguous-service',
    severity: 'error',
    message: `several projects have a service ${name}`,
    remedy: `name one of ${keys.join(', ')}`,
  };
}

function emptySelection(fleet: Fleet, { named, categories }: Asked): Diagnostic {
  const asked = [named && `names ${[...named].join(', ')}`, categories && `categories ${[...categories].join(', ')}`].filter(
    Boolean,
  );
  return {
    code: 'empty-selection',
    severity: 'error',
    ...(asked.length === 0
      ? nothingToSelect(fleet)
      : { message: `no service matches ${asked.join(' and ')}`, remedy: 'names and categories must both match' }),
  };
}

function nothingToSelect({ services }: Fleet): Pick<Diagnostic, 'message' | 'remedy'> {
  if (services.length === 0) return { message: 'the Compose files have no services', remedy: 'add services to rebuild' };
  if (services.every((service) => service.hiddenByProfile))
    return { message: 'every service is behind a profile', remedy: 'activate one with --profile, or name services' };
  return {
    message: 'no service of this fleet is in a category',
    remedy: `name services to rebuild (${services.length} in the Compose files)`,
  };
}
