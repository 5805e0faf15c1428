import type { Service } from '../fleet/types.ts';
import type { Addresses } from './addresses.ts';
import type { BuildSources } from './build-sources.ts';
import { type CheckRead, readCheck } from './read-check.ts';
import type { ProposedHealth } from './types.ts';

/** Health and port of a service, and what a reader should know of them. */
export interface HealthFinding {
  readonly port: number | null;
  readonly health: ProposedHealth;
  readonly notes: readonly string[];
}

type Http = Extract<CheckRead, { kind: 'http' }>;

/**
 * How Slipway is to ask a service by itself. What the service's own health check asks is the best guide; a program as check stays Docker's, which
 * is respected anyway; a path that the sources answer comes next; and a port that accepts connections is better than a path that is guessed.
 */
export function decideHealth(service: Service, addresses: Addresses, sources: BuildSources | undefined): HealthFinding {
  const { container_name, hostname } = service.compose as { container_name?: string; hostname?: string };
  const names = [service.name, container_name, hostname].filter((name) => name !== undefined);
  const check = checkOf(service, sources, names);
  if (addresses.hostNetwork) return onHostNetwork(check);
  if (addresses.fixed.length === 0) return withoutPort(addresses);
  switch (check?.kind) {
    case 'http':
      return byHttp(check, addresses);
    case 'tcp': {
      const own = addresses.fixed.find(({ target }) => target === check.port);
      return own
        ? found(own.port, { kind: 'tcp', port: own.port }, addresses)
        : byDocker(`its check connects to port ${check.port}, which is not published`, addresses);
    }
    case 'command':
      return byDocker(`its health check is ${check.program}`, addresses);
    case undefined:
      return bySources(addresses, sources);
  }
}

/** What the health check of the Compose file asks, or that of the Dockerfile; a script is read for what it asks. */
function checkOf({ compose }: Service, sources: BuildSources | undefined, names: readonly string[]): CheckRead | null {
  const { healthcheck } = compose;
  if (healthcheck?.disable === true) return null;
  const check = readCheck(healthcheck?.test ?? sources?.dockerfile?.healthcheck ?? [], names);
  return check?.kind === 'command' ? (sources?.scripted ?? check) : check;
}

function byHttp(check: Http, addresses: Addresses): HealthFinding {
  if (check.port === null && addresses.shared !== null) return inNetworkOf(addresses.shared);
  const own = check.port === null ? addresses.fixed[0] : addresses.fixed.find(({ target }) => target === check.port);
  if (!own) return byDocker(`its health check asks port ${check.port}, which is not published`, addresses);
  if (check.secure) return byDocker('its health check speaks https', addresses);
  return found(own.port, { kind: 'http', path: check.path }, addresses);
}

/** Nothing is asked by Slipway; the container's own health check decides. */
function byDocker(why: string, addresses: Addresses): HealthFinding {
  return found(addresses.fixed[0]!.port, { kind: 'none' }, addresses, [`${why}: Docker asks it`]);
}

function bySources(addresses: Addresses, sources: BuildSources | undefined): HealthFinding {
  const [first] = addresses.fixed;
  if (addresses.shared !== null) return inNetworkOf(addresses.shared);
  if (sources?.route) {
    const { path, file } = sources.route;
    return found(first!.port, { kind: 'http', path }, addresses, [`no health check; ${file} answers ${path}`]);
  }
  return found(first!.port, { kind: 'tcp', port: first!.port }, addresses, ['no health check: its port is asked']);
}

function inNetworkOf(other: string): HealthFinding {
  return { port: null, health: { kind: 'none' }, notes: [`which port of ${other} leads to it is not known`] };
}

/** A program on the host's network listens on the port that its check asks. */
function onHostNetwork(check: CheckRead | null): HealthFinding {
  if (check?.kind === 'http' && check.port !== null && !check.secure)
    return { port: check.port, health: { kind: 'http', path: check.path }, notes: [] };
  return { port: null, health: { kind: 'none' }, notes: ['on the host network, where its port is not known'] };
}

function withoutPort({ floats }: Addresses): HealthFinding {
  if (!floats) return { port: null, health: { kind: 'default' }, notes: [] };
  return { port: null, health: { kind: 'none' }, notes: ['its host port is picked anew at every start'] };
}

/** The port is written unless the Compose file computes it and Slipway would choose the same one. */
function found(
  port: number,
  health: ProposedHealth,
  { fixed, variable }: Addresses,
  notes: readonly string[] = [],
): HealthFinding {
  return { port: variable && fixed[0]?.port === port ? null : port, health, notes };
}
