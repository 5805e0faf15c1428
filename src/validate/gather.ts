import { EngineUnavailable } from '../docker/port.ts';
import { asStored } from '../fleet/service/as-stored.ts';
import type { Fleet, Service } from '../fleet/types.ts';
import { createRedactor } from '../journal/redact.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { selectServices } from '../plan/selection.ts';
import { engineDiagnostic } from '../run/stock.ts';
import type { Clock } from '../util/clock.ts';
import { expectedOf } from './expected.ts';
import { type History, readHistory } from './history.ts';
import type { ValidateContext, ValidateDeps, ValidateRequest } from './types.ts';

/** Loads all that the checks look at, or says why nothing can be validated: every problem at once. */
export async function gather(
  request: ValidateRequest,
  deps: ValidateDeps,
): Promise<Result<ValidateContext, readonly Diagnostic[]>> {
  const load = { ...request.load, sources: 'not-needed' } as const;
  const loaded = await deps.source.load(load, (project) => deps.engine.render(project));
  if (!loaded.fleet) return err(loaded.diagnostics);
  const { fleet } = loaded;
  const services = chosenServices(fleet, request);
  if (!services.ok) return services;
  const history = await readHistory(fleet, deps);
  if (!history.ok) return err([history.error]);
  const seen = await lookAround(fleet, deps);
  if (!seen.ok) return err([seen.error]);
  const expected = expectedOf(fleet.services, history.value);
  return ok({
    ...deps,
    ...history.value,
    ...seen.value,
    fleet,
    loadDiagnostics: loaded.diagnostics,
    services: services.value,
    scope: request.services.length + request.categories.length === 0 ? 'fleet' : 'chosen',
    expect: request.expect,
    expected,
    recorded: asRecorded(fleet, services.value, history.value),
    redactor: createRedactor([...fleet.projects, ...storedProjects(history.value)].map(({ model }) => model)),
  });
}

/** Without names and categories every service, also those in no category: they are part of what the last release records. */
function chosenServices(fleet: Fleet, { services, categories }: ValidateRequest): Result<readonly Service[], Diagnostic[]> {
  if (services.length + categories.length === 0) return ok(criticalFirst(fleet.services));
  const selected = selectServices(fleet, { services, categories });
  if (!selected.ok) return selected;
  return ok(criticalFirst(fleet.services.filter(({ key }) => selected.value.chosen.has(key))));
}

function criticalFirst(services: readonly Service[]): readonly Service[] {
  return [...services.filter(({ critical }) => critical), ...services.filter(({ critical }) => !critical)];
}

function storedProjects({ stored }: History) {
  return stored?.ok ? Object.values(stored.value) : [];
}

function asRecorded(fleet: Fleet, services: readonly Service[], { release, stored }: History): ValidateContext['recorded'] {
  const projects = stored?.ok ? stored.value : {};
  return new Map(
    services.map((service) => {
      const entry = release?.services[service.key];
      const project = projects[service.project];
      const form = entry && project ? asStored(service, { tag: entry.tag, model: project.model }, fleet) : null;
      return [service.key, form ?? service];
    }),
  );
}

type Seen = Pick<ValidateContext, 'observed' | 'sample' | 'watch' | 'engineAheadMs'>;

async function lookAround(fleet: Fleet, { engine, clock, signal, ...deps }: ValidateDeps): Promise<Result<Seen, Diagnostic>> {
  try {
    const engineAheadMs = await engineAhead(engine, clock);
    const watch = deps.watch(fleet);
    const [observed, sample] = await Promise.all([engine.observe(fleet.services), watch.sample(signal)]);
    return observed.ok ? ok({ observed: observed.value, sample, watch, engineAheadMs }) : err(engineDiagnostic(observed.error));
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    return err(engineDiagnostic(error.problem));
  }
}

/** A difference that the time of the question explains is none. */
async function engineAhead(engine: ValidateDeps['engine'], clock: Clock): Promise<number> {
  const askedMs = clock.now();
  const engineMs = Date.parse(await engine.now());
  const toldMs = clock.now();
  if (engineMs >= askedMs && engineMs <= toldMs) return 0;
  return engineMs > toldMs ? engineMs - toldMs : engineMs - askedMs;
}
