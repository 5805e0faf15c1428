import { canonicalJson } from '../fleet/fingerprint/canonical.ts';
import type { ComposeModel, ComposeService } from '../fleet/types.ts';
import type { ImageId, ServiceKey } from '../model/ids.ts';
import type { StoredProjects } from './store.ts';
import type { Release, ReleasedService } from './types.ts';

/** A part of a service's definition that differs, with the names in it that do; values are not told, they may be secrets. */
interface ChangedField {
  readonly field: string;
  readonly names: readonly string[];
}

/** What differs of a service between two releases. */
export interface ServiceDifference {
  readonly service: ServiceKey;
  /** In both, or only in one of them. */
  readonly in: 'both' | 'first' | 'second';
  readonly image: Changed<ImageId | null> | null;
  readonly tag: Changed<string> | null;
  /** Null: the definitions differ, but one of them cannot be read. */
  readonly config: readonly ChangedField[] | null;
  /** Host paths of mounted files, file secrets and configs whose content differs. */
  readonly files: readonly string[];
}

interface Changed<T> {
  readonly first: T;
  readonly second: T;
}

/** A release with its definitions; null when they cannot be read. */
export interface OpenRelease {
  readonly release: Release;
  readonly projects: StoredProjects | null;
}

/** What Compose needs to build and to start, but no container shows. */
const NOT_IN_CONTAINER = ['build', 'pull_policy', 'scale', 'depends_on', 'profiles', 'env_file', 'image'];

/** The services that differ, in the order of their names. */
export function compareReleases(first: OpenRelease, second: OpenRelease): readonly ServiceDifference[] {
  const keys = new Set([...Object.keys(first.release.services), ...Object.keys(second.release.services)]);
  return [...keys].sort().flatMap((service) => difference(service, first, second) ?? []);
}

function difference(service: ServiceKey, first: OpenRelease, second: OpenRelease): ServiceDifference | null {
  const [a, b] = [first.release.services[service], second.release.services[service]];
  if (!a || !b) return { service, in: a ? 'first' : 'second', image: null, tag: null, config: [], files: [] };
  const config = a.config !== null && a.config === b.config ? [] : changedFields(definition(first, a), definition(second, b));
  const paths = new Set([...Object.keys(a.files), ...Object.keys(b.files)]);
  const found: ServiceDifference = {
    service,
    in: 'both',
    image: a.image === b.image ? null : { first: a.image, second: b.image },
    tag: a.tag === b.tag ? null : { first: a.tag, second: b.tag },
    config,
    files: [...paths].filter((path) => a.files[path] !== b.files[path]).sort(),
  };
  const same = !found.image && !found.tag && config?.length === 0 && found.files.length === 0;
  return same ? null : found;
}

interface Definition {
  readonly service: ComposeService;
  readonly model: ComposeModel;
  readonly environment: Readonly<Record<string, string>>;
}

function definition({ projects }: OpenRelease, { project, name }: ReleasedService): Definition | null {
  const stored = projects?.[project];
  const service = stored?.model.services[name];
  return stored && service ? { service, model: stored.model, environment: stored.environment } : null;
}

function changedFields(a: Definition | null, b: Definition | null): readonly ChangedField[] | null {
  if (!a || !b) return null;
  const fields = new Set([...Object.keys(a.service), ...Object.keys(b.service)]);
  const changed = [...fields]
    .filter((field) => !NOT_IN_CONTAINER.includes(field))
    .filter((field) => canonicalJson(a.service[field] ?? null) !== canonicalJson(b.service[field] ?? null))
    .map((field) => ({ field, names: namesOf(a.service[field], b.service[field]) }));
  const values = Object.keys({ ...a.environment, ...b.environment }).filter((name) => {
    return usesVariable(a, name) && usesVariable(b, name) && a.environment[name] !== b.environment[name];
  });
  return [...changed, ...(values.length > 0 ? [{ field: 'secret values', names: values }] : [])].sort((x, y) =>
    x.field < y.field ? -1 : 1,
  );
}

function namesOf(a: unknown, b: unknown): readonly string[] {
  const [one, other] = [a ?? {}, b ?? {}];
  if (typeof one !== 'object' || typeof other !== 'object' || Array.isArray(one) || Array.isArray(other)) return [];
  const [first, second] = [one as Record<string, unknown>, other as Record<string, unknown>];
  const names = Object.keys({ ...first, ...second });
  return names.filter((name) => canonicalJson(first[name] ?? null) !== canonicalJson(second[name] ?? null)).sort();
}

function usesVariable({ service, model }: Definition, variable: string): boolean {
  return (['secrets', 'configs'] as const).some((kind) => {
    const definitions = (model[kind] ?? {}) as Readonly<Record<string, { readonly environment?: string } | null>>;
    const used = (service[kind] ?? []) as readonly { readonly source: string }[];
    return used.some(({ source }) => definitions[source]?.environment === variable);
  });
}
