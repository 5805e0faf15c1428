import { serviceReference } from '../fleet/service/edges.ts';
import type { SourcedProject } from '../fleet/service/model-service.ts';
import { type PublishedPort, publishedPorts } from '../fleet/service/published-ports.ts';
import type { Service } from '../fleet/types.ts';

/** Where a service can be reached from this host. */
export interface Addresses {
  /** TCP ports that are known before it starts, those of a service whose network it shares too. */
  readonly fixed: readonly PublishedPort[];
  /** Whether it also has ports that are picked anew at every start. */
  readonly floats: boolean;
  readonly hostNetwork: boolean;
  /** Whose network it lives in: the ports are published there, and not all of them lead to it. Null = it has its own. */
  readonly shared: string | null;
  /** Whether the Compose file takes a port from a variable: then it is the one place that knows. */
  readonly variable: boolean;
}

/** Reads a service's ports from the rendered model and from what is written. */
export function addressesOf(service: Service, project: SourcedProject): Addresses {
  const shared = serviceReference(service.compose.network_mode);
  const name = shared !== null && project.model.services[shared] ? shared : service.name;
  const own = [...new Set([service.name, name])];
  const models = own.map((one) => publishedPorts(project.model.services[one] ?? {}));
  return {
    fixed: models.flatMap(({ fixed }) => fixed).filter((port) => port.protocol === 'tcp'),
    floats: models.some(({ floating }) => floating.some((port) => port.protocol === 'tcp')),
    shared: name === service.name ? null : name,
    hostNetwork: service.compose.network_mode === 'host',
    variable: own.some((one) => JSON.stringify(project.source.value(['services', one, 'ports']) ?? '').includes('$')),
  };
}
