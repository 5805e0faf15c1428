import type { FleetSource } from '../fleet/fleet-source.ts';
import type { LoadRequest } from '../fleet/load.ts';
import { locateProject } from '../fleet/locate.ts';
import type { Fleet, Service } from '../fleet/types.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { selectServices } from '../plan/selection.ts';
import type { RememberedHost } from './remembered-host.ts';
import type { DoctorContext } from './types.ts';

/** What the operator wants looked at; empty = what a plain rebuild would choose. */
export interface DoctorRequest {
  readonly load: LoadRequest;
  readonly services: readonly string[];
  readonly categories: readonly string[];
}

/** What a look at the world is made with. */
export interface DoctorDeps extends Pick<DoctorContext, 'engine' | 'disk' | 'clock' | 'me' | 'env' | 'configHome' | 'outside'> {
  readonly source: FleetSource;
  readonly host: RememberedHost;
}

/** Takes the facts that all checks share. Only names that the fleet does not have are an error: all else is for the checks to say. */
export async function lookAround(
  { load, services, categories }: DoctorRequest,
  { source, ...deps }: DoctorDeps,
): Promise<Result<DoctorContext, readonly Diagnostic[]>> {
  const located = locateProject(load);
  const [facts, loaded] = await Promise.all([deps.engine.facts(), source.load(load, (project) => deps.engine.render(project))]);
  const { fleet, diagnostics } = loaded;
  const selected = fleet === null ? ok([]) : select(fleet, { services, categories });
  if (!selected.ok) return selected;
  const observed = fleet !== null && facts.ok ? await deps.engine.observe(fleet.services) : null;
  return ok({
    root: located.ok ? located.value.root : null,
    configFile: located.ok ? located.value.configFile : null,
    load,
    fleet,
    loadDiagnostics: diagnostics,
    selected: selected.value,
    // An engine that tells its version and not its containers lets no rebuild begin either.
    facts: observed === null || observed.ok ? facts : observed,
    observed: observed?.ok ? observed.value : null,
    ...deps,
  });
}

/** Without names a fleet in which nothing is in a category is a remark of the checks, not a mistake of the operator. */
function select(
  fleet: Fleet,
  asked: { readonly services: readonly string[]; readonly categories: readonly string[] },
): Result<readonly Service[], readonly Diagnostic[]> {
  const chosen = selectServices(fleet, asked);
  if (chosen.ok) return ok(fleet.services.filter(({ key }) => chosen.value.chosen.has(key)));
  return asked.services.length + asked.categories.length === 0 ? ok([]) : err(chosen.error);
}
