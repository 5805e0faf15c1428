import { canonicalJson } from '../fleet/fingerprint/canonical.ts';
import type { ComposeModel, ComposeService, StoredProject } from '../fleet/types.ts';

/** What services refer to by name at the top of a model. */
const KINDS = ['networks', 'volumes', 'secrets', 'configs'] as const;
type Kind = (typeof KINDS)[number];

/**
 * A project with one service as another stored one has it, together with the networks, volumes, secrets, configs and variables which that one
 * needs. Where both have something else under one name, the service's gets a name of its own.
 */
export function carryService(into: StoredProject, from: StoredProject, service: string): StoredProject {
  const definition = from.model.services[service];
  if (!definition) return into;
  const draft: Record<Kind, Record<string, unknown>> = {
    networks: { ...into.model.networks },
    volumes: { ...into.model.volumes },
    secrets: { ...(into.model.secrets as object | undefined) },
    configs: { ...(into.model.configs as object | undefined) },
  };
  const environment = { ...into.environment };
  const names = new Map<string, string>();
  for (const kind of KINDS) {
    for (const name of usedBy(definition, kind)) {
      const wanted = withOwnVariable({ into: environment, from: from.environment, service }, definedAs(from.model, kind, name));
      if (wanted === undefined) continue;
      const key = freeName(draft[kind], { name, wanted, service });
      draft[kind][key] = wanted;
      names.set(`${kind} ${name}`, key);
    }
  }
  const renamed = (kind: Kind, name: string) => names.get(`${kind} ${name}`) ?? name;
  const model = {
    ...into.model,
    ...Object.fromEntries(KINDS.filter((kind) => Object.keys(draft[kind]).length > 0).map((kind) => [kind, draft[kind]])),
    services: { ...into.model.services, [service]: withNames(definition, renamed) },
  };
  return { model, environment };
}

function definedAs(model: ComposeModel, kind: Kind, name: string): unknown {
  return (model[kind] as Readonly<Record<string, unknown>> | undefined)?.[name];
}

function usedBy(service: ComposeService, kind: Kind): readonly string[] {
  if (kind === 'networks') return Object.keys((service.networks ?? {}) as object);
  if (kind === 'volumes')
    return (service.volumes ?? []).flatMap(({ type, source }) => (type === 'volume' && source ? [source] : []));
  return ((service[kind] ?? []) as readonly { readonly source: string }[]).map(({ source }) => source);
}

/** The definition of a secret or config reads its own value, when its variable has another one in the project by now. */
function withOwnVariable(
  values: { readonly into: Record<string, string>; readonly from: StoredProject['environment']; readonly service: string },
  definition: unknown,
): unknown {
  const variable = (definition as { readonly environment?: string } | null | undefined)?.environment;
  const value = variable === undefined ? undefined : values.from[variable];
  if (variable === undefined || value === undefined) return definition;
  const isFree = values.into[variable] === undefined || values.into[variable] === value;
  const name = isFree ? variable : `${variable}_OF_${values.service.replaceAll(/[^A-Za-z0-9_]/g, '_')}`;
  values.into[name] = value;
  return { ...(definition as object), environment: name };
}

function freeName(
  known: Readonly<Record<string, unknown>>,
  { name, wanted, service }: { readonly name: string; readonly wanted: unknown; readonly service: string },
): string {
  const isFree = !(name in known) || canonicalJson(known[name]) === canonicalJson(wanted);
  return isFree ? name : `${name}_of_${service}`;
}

function withNames(service: ComposeService, renamed: (kind: Kind, name: string) => string): ComposeService {
  const networks = service.networks as Readonly<Record<string, unknown>> | undefined;
  const bySource = (kind: 'secrets' | 'configs', folder: string) => {
    const used = service[kind] as readonly { readonly source: string; readonly target?: string }[] | undefined;
    // Without a target it is found under its name, which may not be the same any more.
    const entry = (of: { readonly source: string; readonly target?: string }) => ({
      ...of,
      source: renamed(kind, of.source),
      target: of.target ?? `${folder}${of.source}`,
    });
    return used ? { [kind]: used.map((of) => (renamed(kind, of.source) === of.source ? of : entry(of))) } : {};
  };
  const volumes = service.volumes?.map((volume) =>
    volume.type === 'volume' && volume.source ? { ...volume, source: renamed('volumes', volume.source) } : volume,
  );
  return {
    ...service,
    ...(networks
      ? { networks: Object.fromEntries(Object.entries(networks).map(([name, value]) => [renamed('networks', name), value])) }
      : {}),
    ...(volumes ? { volumes } : {}),
    ...bySource('secrets', '/run/secrets/'),
    ...bySource('configs', '/'),
  };
}
