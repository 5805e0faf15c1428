import type { ComposeModel, Edge, Fleet, Probe, Service } from '../types.ts';
import { anonymousVolumes } from './build-service.ts';
import { namedEdges, serviceReference } from './edges.ts';
import { dockerHealthcheck, stopGraceMs } from './healthcheck.ts';
import { serviceKey } from './model-service.ts';
import { connectHost, type PublishedPort, publishedPorts } from './published-ports.ts';

/** What a service was before: its tag, and the rendered model of its project. */
export interface StoredForm {
  readonly tag: string;
  readonly model: ComposeModel;
}

/**
 * The service as a stored model has it: what Compose says is taken from there, what the configuration says stays. It is asked at the port
 * that it publishes then. Null: the model does not hold it.
 */
export function asStored(service: Service, { tag, model }: StoredForm, fleet: Pick<Fleet, 'projects'>): Service | null {
  const compose = model.services[service.name];
  if (!compose) return null;
  const now = tcpPorts(service.name, modelOf(fleet, service));
  return {
    ...service,
    image: tag,
    compose,
    scale: compose.scale ?? compose.deploy?.replicas ?? 1,
    dependsOn: [...edgesIn(model, service, fleet), ...service.dependsOn.filter((edge) => edge.source === 'fleet')],
    probe: readdressed(service.probe, { now, stored: tcpPorts(service.name, model) }),
    healthcheck: dockerHealthcheck(compose),
    stopGraceMs: stopGraceMs(compose),
    published: publishedPorts(compose).fixed,
    anonymousVolumes: anonymousVolumes(compose),
  };
}

function modelOf({ projects }: Pick<Fleet, 'projects'>, { project }: Service): ComposeModel | null {
  return projects.find((p) => p.name === project)?.model ?? null;
}

/** Edges to services that the fleet still has; the planner passes over the others. */
function edgesIn(model: ComposeModel, { name, project }: Service, { projects }: Pick<Fleet, 'projects'>): Edge[] {
  return namedEdges(model.services[name]!)
    .filter((edge) => edge.name in model.services)
    .map(({ name: to, ...edge }) => ({ to: serviceKey(projects, project, to), ...edge }));
}

/** The TCP ports by which a service is reached; one that lives in another's network is reached through that one's. */
function tcpPorts(name: string, model: ComposeModel | null): readonly PublishedPort[] {
  const compose = model?.services[name];
  if (!model || !compose) return [];
  const host = serviceReference(compose.network_mode);
  const shared = host === null ? undefined : model.services[host];
  return [compose, ...(shared ? [shared] : [])].flatMap((c) => publishedPorts(c).fixed).filter((p) => p.protocol === 'tcp');
}

/** The same question at the address of then: the port that led to the same one inside; a port that was not published is not asked at. */
function readdressed(
  probe: Probe,
  { now, stored }: { readonly now: readonly PublishedPort[]; readonly stored: readonly PublishedPort[] },
): Probe {
  if (probe.kind === 'none' || probe.kind === 'command') return probe;
  const inside = now.find((p) => p.port === probe.port)?.target;
  // Published by nobody: in the host's network the port is the service's own.
  if (inside === undefined) return probe;
  const found = stored.find((p) => p.target === inside) ?? stored.find((p) => p.port === probe.port) ?? stored[0];
  return found ? { ...probe, host: connectHost(found.hostIp), port: found.port } : { kind: 'none' };
}
