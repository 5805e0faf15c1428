import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Config } from '../config-types.ts';
import type { Service } from '../types.ts';
import { fleetEdge } from './edges.ts';
import { ambiguousService, unknownService } from './match-config.ts';
import type { ModelService } from './model-service.ts';
import { findService } from './service-names.ts';

/** Adds the configuration's `depends_on` edges, which Compose cannot express, and reports names that match no service. */
export function withFleetEdges(
  built: readonly Service[],
  { dependsOn }: Pick<Config, 'dependsOn'>,
  models: readonly ModelService[],
): { readonly services: readonly Service[]; readonly diagnostics: readonly Diagnostic[] } {
  const services = new Map(built.map((service) => [service.key, service]));
  const diagnostics: Diagnostic[] = [];
  for (const { from, to, place } of dependsOn) {
    const ends = [from, to].map((name) => {
      const match = findService(models, name);
      if (match.kind === 'unknown') diagnostics.push(unknownService(models, { name, place }));
      if (match.kind === 'ambiguous') diagnostics.push(ambiguousService(match.keys, { name, place }));
      return match.kind === 'found' ? services.get(match.key) : undefined;
    });
    const [owner, target] = ends;
    if (owner && target) {
      services.set(owner.key, { ...owner, dependsOn: [...owner.dependsOn, fleetEdge(target.key, target.kind)] });
    }
  }
  return { services: [...services.values()], diagnostics };
}
