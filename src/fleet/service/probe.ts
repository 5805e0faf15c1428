import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ConfigHealth, ConfigService } from '../config-types.ts';
import type { Probe } from '../types.ts';
import { serviceReference } from './edges.ts';
import type { ModelService } from './model-service.ts';
import { connectHost, type PublishedPort, publishedPorts } from './published-ports.ts';

/** What a probe is decided from: a service, what the configuration says of it, and all services of the fleet. */
export interface ProbeRequest {
  readonly service: ModelService;
  readonly entry: ConfigService;
  readonly defaultPath: string | null;
  readonly services: readonly ModelService[];
}

export interface ProbeDecision {
  readonly probe: Probe;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * How Slipway asks the service itself. The port must be one that this very service publishes: a configured port of another
 * service would be answered, and prove nothing. Without a port Docker's own health check is left, or none.
 */
export function decideProbe(request: ProbeRequest): ProbeDecision {
  const { entry, defaultPath } = request;
  const health: ConfigHealth = entry.health ?? (defaultPath === null ? { kind: 'none' } : { kind: 'http', path: defaultPath });
  if (health.kind === 'command') return { probe: health, diagnostics: wrongPort(request, entry.port) };
  if (health.kind === 'none') return { probe: health, diagnostics: wrongPort(request, entry.port) };
  const wanted = health.kind === 'tcp' ? health.port : entry.port;
  const address = probedAddress(request, wanted);
  const diagnostics = wrongPort(request, wanted);
  if (address === null) return { probe: { kind: 'none' }, diagnostics: [...diagnostics, ...notProbed(request, diagnostics)] };
  const probe: Probe = health.kind === 'tcp' ? { kind: 'tcp', ...address } : { kind: 'http', ...address, path: health.path };
  return { probe, diagnostics };
}

/** The published address to ask: the wanted port if the service has it, else its only, best fitting or first own one. */
function probedAddress(request: ProbeRequest, wanted: number | null): { host: string; port: number } | null {
  if (request.service.compose.network_mode === 'host' && wanted !== null && publishersOf(request, wanted).length === 0) {
    return { host: '127.0.0.1', port: wanted };
  }
  const own = ownPorts(request);
  const found = own.find((p) => p.port === wanted) ?? own.find((p) => p.target === wanted) ?? own[0];
  return found ? { host: connectHost(found.hostIp), port: found.port } : null;
}

/** The TCP ports published for the service; one that lives in another's network is reached through that one's ports. */
function ownPorts({ service }: ProbeRequest): PublishedPort[] {
  const host = serviceReference(service.compose.network_mode);
  const shared = host === null ? undefined : service.project.model.services[host];
  return [service.compose, ...(shared ? [shared] : [])]
    .flatMap((c) => publishedPorts(c).fixed)
    .filter((p) => p.protocol === 'tcp');
}

function publishersOf({ service, services }: ProbeRequest, port: number): ModelService[] {
  return services.filter((other) => other !== service && publishedPorts(other.compose).fixed.some((p) => p.port === port));
}

function wrongPort(request: ProbeRequest, wanted: number | null): Diagnostic[] {
  const { service, entry } = request;
  const own = ownPorts(request);
  if (wanted === null || own.some((p) => p.port === wanted)) return [];
  const [other] = publishersOf(request, wanted);
  if (!other && service.compose.network_mode === 'host') return [];
  const place = entry.portPlace ?? entry.place;
  const address = probedAddress(request, wanted);
  const instead = address
    ? `port ${address.port}, which it publishes itself, is used instead`
    : 'it publishes no port of its own';
  const remedy = address ? `Write \`port: ${address.port}\`` : 'Leave `port` out; its Docker health check is used if it has one';
  const common = { severity: 'warning', service: service.key, ...place, remedy } as const;
  if (!other) {
    return [{ code: 'port-not-published', ...common, message: `Nothing publishes port ${wanted} of ${service.key}; ${instead}` }];
  }
  return [
    {
      code: 'port-of-other-service',
      ...common,
      message: `Port ${wanted} of ${service.key} is published by ${other.key}; ${instead}`,
      related: [{ ...other.project.source.place(['services', other.name, 'ports']), message: `${other.key} publishes it here` }],
    },
  ];
}

/** Says once why a wanted probe cannot be made; a wrong port has said it already. */
function notProbed({ service, entry }: ProbeRequest, said: readonly Diagnostic[]): Diagnostic[] {
  const { floating } = publishedPorts(service.compose);
  const asked = entry.health !== undefined;
  if (said.length > 0 || (floating.length === 0 && !asked)) return [];
  const why =
    floating.length > 0
      ? `its host port (${floating.map((p) => p.written).join(', ')}) is picked anew at every start`
      : 'it publishes no TCP port';
  return [
    {
      code: 'no-port-to-probe',
      severity: 'info',
      service: service.key,
      message: `${service.key} is not probed: ${why}`,
      ...entry.place,
      remedy: 'Publish a fixed port, or set `health: {command: [...]}`, which runs in the container',
    },
  ];
}
