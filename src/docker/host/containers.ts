import type { ContainerInfo, Port } from 'dockerode';
import type { EngineApi } from '../api/client.ts';
import type { HeldPort, HostContainer } from '../host-port.ts';
import { COMPOSE_LABEL, LABEL } from '../labels.ts';

/** All containers of the engine but Slipway's own helpers; a port that is bound for IPv4 and IPv6 is listed for each. */
export async function readContainers(api: EngineApi): Promise<readonly HostContainer[]> {
  const listed = await api.call<ContainerInfo[]>({ method: 'GET', path: '/containers/json', query: { all: true } });
  return listed
    .filter(({ Labels }) => !Labels[LABEL.role])
    .map(({ Id, Names, Labels, Image, State, Ports, HostConfig }) => ({
      id: Id,
      name: Names[0]?.replace(/^\//, '') ?? Id,
      project: Labels[COMPOSE_LABEL.project] || null,
      service: Labels[COMPOSE_LABEL.service] || null,
      image: Image,
      isRunning: State === 'running' || State === 'restarting' || State === 'paused',
      onHostNetwork: HostConfig?.NetworkMode === 'host',
      ports: (Ports ?? []).flatMap(heldPort),
    }));
}

function heldPort({ IP, PublicPort, Type }: Port): HeldPort[] {
  if (!PublicPort || (Type !== 'tcp' && Type !== 'udp')) return [];
  return [{ protocol: Type, address: IP || '0.0.0.0', port: PublicPort }];
}
