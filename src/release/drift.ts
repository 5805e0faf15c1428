import { type Definition, settingsAskedFor } from '../docker/settings/from-service.ts';
import type { ContainerSettings, NetworkSetting, OwnSettings, SettingName } from '../docker/settings/types.ts';
import { canonicalJson } from '../fleet/fingerprint/canonical.ts';

/** A setting in which a container is not as its service's definition says. */
export interface Drift {
  readonly field: SettingName;
  /** Names within the field (variables, labels, paths, networks) when it has any; values are not told, they may be secrets. */
  readonly names: readonly string[];
}

/** What a container and its definition say, side by side. */
export interface Compared {
  readonly drift: readonly Drift[];
  readonly asked: ContainerSettings;
}

/** Variables that the docker CLI adds by itself when a proxy is configured. */
const PROXY = /^(http|https|ftp|no|all)_proxy$/i;

/**
 * Compares a container with what its service's definition asks for, setting by setting, as Compose and the engine would have made it. Null:
 * its image is gone, so what came from there is not known.
 */
export function compareSettings(definition: Omit<Definition, 'number'>, own: OwnSettings): Compared | null {
  if (own.defaults === null) return null;
  const asked = settingsAskedFor({ ...definition, number: own.number }, own.defaults, own.engine);
  const fields = Object.keys(asked) as SettingName[];
  const drift = fields.flatMap((field): Drift[] => {
    const [there, wanted] = [comparable(field, own.settings, asked), asked[field]];
    return canonicalJson(there) === canonicalJson(wanted) ? [] : [{ field, names: namesOf(there, wanted) }];
  });
  return { drift, asked };
}

/** What the container has, without what cannot be asked for or is known to come from elsewhere. */
function comparable(field: SettingName, own: ContainerSettings, asked: ContainerSettings): unknown {
  switch (field) {
    case 'environment':
      return withoutProxies(own.environment, asked.environment);
    case 'networks':
      return withoutGivenAddresses(own.networks, asked.networks);
    case 'network_mode':
    case 'ipc':
    case 'pid':
      // The container that it shared with is gone: whether it was the service's cannot be known any more.
      return /^container:[0-9a-f]{64}$/.test(own[field]) && asked[field].startsWith('service:') ? asked[field] : own[field];
    default:
      return own[field];
  }
}

function withoutProxies(own: ContainerSettings['environment'], asked: ContainerSettings['environment']) {
  return Object.fromEntries(Object.entries(own).filter(([name]) => name in asked || !PROXY.test(name)));
}

/** A container that asked for no address of its own has one all the same. */
function withoutGivenAddresses(own: ContainerSettings['networks'], asked: ContainerSettings['networks']) {
  return Object.fromEntries(
    Object.entries(own).map(([name, network]): [string, NetworkSetting] => [
      name,
      asked[name]?.mac ? network : { ...network, mac: '' },
    ]),
  );
}

/** The names under which the two differ. */
function namesOf(there: unknown, wanted: unknown): readonly string[] {
  const [a, b] = [named(there), named(wanted)];
  if (!a || !b) return [];
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name)).sort();
}

/** A record by its keys, or a list of mounts, ports and devices by where they are in the container; null = nothing with names. */
function named(value: unknown): ReadonlyMap<string, string> | null {
  if (Array.isArray(value)) {
    const isAt = (item: unknown): item is { readonly target: string } =>
      typeof item === 'object' && item !== null && 'target' in item;
    return value.every(isAt) ? new Map(value.map((item) => [item.target, canonicalJson(item)])) : null;
  }
  if (typeof value !== 'object' || value === null) return null;
  return new Map(Object.entries(value).map(([name, inner]) => [name, canonicalJson(inner)]));
}
