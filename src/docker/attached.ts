import type { NetworkInspectInfo } from 'dockerode';
import type { StoredProject } from '../fleet/types.ts';
import type { EngineApi } from './api/client.ts';

/**
 * A stored project in which networks and volumes that exist are somebody else's. Else Compose would compare their definitions of then with
 * what is there, and for a difference stop the services of a network to make it anew, or want to empty a volume.
 */
export async function attachedToExisting(api: EngineApi, stored: StoredProject): Promise<StoredProject> {
  const { model } = stored;
  const [networks, volumes] = await Promise.all([
    api.call<NetworkInspectInfo[]>({ method: 'GET', path: '/networks' }),
    api.call<{ Volumes: { Name: string }[] | null }>({ method: 'GET', path: '/volumes' }),
  ]);
  const external = (definitions: StoredProject['model']['networks'], names: readonly string[], kind: string) => {
    const existing = new Set(names);
    const entries = Object.entries(definitions ?? {}).map(([key, definition]) => {
      const name = definition?.name ?? `${model.name}_${key}`;
      return [key, existing.has(name) ? { name, external: true } : definition] as const;
    });
    return entries.length === 0 ? {} : { [kind]: Object.fromEntries(entries) };
  };
  return {
    ...stored,
    model: {
      ...model,
      ...external(
        model.networks,
        networks.map((network) => network.Name),
        'networks',
      ),
      ...external(
        model.volumes,
        (volumes.Volumes ?? []).map((volume) => volume.Name),
        'volumes',
      ),
    },
  };
}
