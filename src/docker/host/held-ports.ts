import type { ContainerInfo } from 'dockerode';
import type { EngineApi } from '../api/client.ts';
import type { HeldPort } from '../host-port.ts';
import { COMPOSE_LABEL } from '../labels.ts';

/** Host ports of all running containers; one that is bound for IPv4 and IPv6 is listed for each. */
export async function readHeldPorts(api: EngineApi): Promise<readonly HeldPort[]> {
  const running = await api.call<ContainerInfo[]>({ method: 'GET', path: '/containers/json' });
  return running.flatMap(({ Id, Names, Labels, Ports }) =>
    (Ports ?? []).flatMap(({ IP, PublicPort, Type }): HeldPort[] => {
      if (!PublicPort || (Type !== 'tcp' && Type !== 'udp')) return [];
      return [
        {
          container: Id,
          name: Names[0]?.replace(/^\//, '') ?? Id,
          project: Labels[COMPOSE_LABEL.project] || null,
          service: Labels[COMPOSE_LABEL.service] || null,
          protocol: Type,
          address: IP || '0.0.0.0',
          port: PublicPort,
        },
      ];
    }),
  );
}
