import type { Engine } from '../docker/port.ts';
import type { Fleet, Project, Service, StoredProject } from '../fleet/types.ts';
import type { EventBody } from '../journal/events.ts';
import type { RunId, ServiceKey } from '../model/ids.ts';
import type { Plan, PlanOptions } from '../plan/types.ts';
import type { Clock } from '../util/clock.ts';
import type { PauseGate } from './executor/pause.ts';
import type { StopController } from './executor/stop.ts';
import type { RunHooks } from './hooks.ts';
import type { StoredForms } from './rollback/stored-forms.ts';

/** Where the journal goes. Resolves once the event is durable if it is a commit point; rejects when it cannot be written. */
export type Record = (body: EventBody) => Promise<void>;

/** Log files of one run; text is redacted behind it. */
interface RunLogs {
  build(service: ServiceKey, text: string): void;
  test(service: ServiceKey, text: string): void;
}

/** All that the executor and its steps work with. Nothing else of the world reaches them. */
export interface RunContext {
  readonly run: RunId;
  readonly fleet: Fleet;
  readonly plan: Plan;
  /** As recorded with the run, with what `--continue` changed. */
  readonly options: PlanOptions;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly record: Record;
  readonly logs: RunLogs;
  readonly stop: StopController;
  readonly pause: PauseGate;
  readonly hooks: RunHooks;
  /** The configurations of the releases that the plan puts back. */
  readonly forms: StoredForms;
  /** The project as a service last ran well with it, for rollback; null = none recorded: the project's files. */
  readonly storedBefore: (service: Service) => Promise<StoredProject | null>;
}

/** What a single step works with: a rollback has no plan. */
export type StepContext = Omit<RunContext, 'plan' | 'options' | 'forms'>;

/** The service and its project; a key that is not of the fleet is a bug. */
export function serviceOf(fleet: Fleet, key: ServiceKey): { readonly service: Service; readonly project: Project } {
  const service = servicesByKey(fleet).get(key);
  const project = fleet.projects.find((p) => p.name === service?.project);
  if (!service || !project) throw new Error(`${key} is not a service of this fleet`);
  return { service, project };
}

const BY_KEY = new WeakMap<readonly Service[], ReadonlyMap<ServiceKey, Service>>();

function servicesByKey({ services }: Fleet): ReadonlyMap<ServiceKey, Service> {
  const known = BY_KEY.get(services) ?? new Map(services.map((service) => [service.key, service]));
  BY_KEY.set(services, known);
  return known;
}
