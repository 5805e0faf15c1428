import type { ServiceKey } from '../../model/ids.ts';
import type { ComposeService, Edge, EdgeCondition, EdgeSource } from '../types.ts';
import { type ModelService, serviceKey } from './model-service.ts';

const CONDITIONS: Readonly<Record<string, EdgeCondition>> = {
  service_started: 'started',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
};

/** What a service needs by its Compose file, named within the project, without what the configuration adds. */
export type NamedEdge = Omit<Edge, 'to'> & { readonly name: string };

/**
 * The edges of one service as Compose means them. Compose also lists links, volumes_from and shared namespaces under
 * `depends_on` when it renders; such a copy is folded into the edge that says where it really comes from.
 */
export function namedEdges(compose: ComposeService): NamedEdge[] {
  const special = specialEdges(compose);
  const written = Object.entries(compose.depends_on ?? {}).map(
    ([name, { condition, required, restart }]): NamedEdge => ({
      name,
      condition: CONDITIONS[condition ?? ''] ?? 'started',
      required: required !== false,
      restart: restart === true,
      source: 'depends_on',
    }),
  );
  const own = written.filter((edge) => !isCopy(edge, special));
  return [...own, ...special.map((edge) => ({ ...edge, restart: written.some((w) => w.name === edge.name && w.restart) }))];
}

/** The same edges with fleet-wide keys; an optional dependency that is not in the model is left out. */
export function composeEdges(service: ModelService, projects: readonly { readonly name: string }[]): Edge[] {
  return namedEdges(service.compose)
    .filter(({ name }) => name in service.project.model.services)
    .map(({ name, ...edge }) => ({ to: serviceKey(projects, service.project.name, name), ...edge }));
}

/** An edge that Compose cannot express, from the configuration: `to` must be well, or done when it is a one-shot. */
export function fleetEdge(to: ServiceKey, kind: 'service' | 'one-shot'): Edge {
  return { to, condition: kind === 'one-shot' ? 'completed' : 'healthy', required: true, restart: false, source: 'fleet' };
}

function isCopy(edge: NamedEdge, special: readonly NamedEdge[]): boolean {
  return edge.condition === 'started' && edge.required && special.some((s) => s.name === edge.name && s.source !== 'build');
}

function specialEdges(compose: ComposeService): NamedEdge[] {
  const links = (compose.links as readonly string[] | undefined) ?? [];
  const from = (compose.volumes_from ?? []).filter((entry) => !entry.startsWith('container:'));
  const namespaces = [compose.network_mode, compose.pid, compose.ipc].map(serviceReference);
  const contexts = Object.values(compose.build?.additional_contexts ?? {}).map(serviceReference);
  return [
    ...edgesTo('links', links.map(beforeColon)),
    ...edgesTo('volumes_from', from.map(beforeColon)),
    ...edgesTo('namespace', namespaces),
    ...edgesTo('build', contexts),
  ];
}

function edgesTo(source: EdgeSource, names: readonly (string | null)[]): NamedEdge[] {
  return [...new Set(names)]
    .filter((name) => name !== null)
    .map((name) => ({ name, condition: 'started', required: true, restart: false, source }));
}

/** The service that `service:x` names; null for anything else. */
export function serviceReference(value: string | undefined): string | null {
  return value?.startsWith('service:') ? value.slice('service:'.length) : null;
}

function beforeColon(entry: string): string {
  return entry.split(':')[0]!;
}
