import type { Service } from '../fleet/types.ts';
import { type PhaseService, projectPhase } from '../journal/phase-state.ts';
import type { ServiceKey } from '../model/ids.ts';
import type { ObservedContainer } from '../plan/types.ts';
import type { ValidatedCounts } from '../report/validation/types.ts';
import type { ValidateContext } from './types.ts';

/** How many of the services that are validated stand as they should. */
export function standingOf(context: ValidateContext): ValidatedCounts {
  const { expect } = context;
  const services = countedOf(context.services);
  const statuses = journalStatuses(context);
  return {
    services: services.length,
    completed: services.filter(({ key }) => statuses.get(key)?.status === 'completed').length,
    up: services.filter((service) => isUp(service, containersOf(context, service))).length,
    expected: expect,
  };
}

/** Those that a rebuild is for. Others, in no category, are looked at too, but the state file does not list them and nobody counts them. */
function countedOf(services: readonly Service[]): readonly Service[] {
  const inCategory = services.filter(({ category }) => category !== null);
  return inCategory.length > 0 ? inCategory : services;
}

/** What the journals say of each service that is validated. */
export function journalStatuses({ fleet, runs, services }: ValidateContext): ReadonlyMap<ServiceKey, PhaseService> {
  const configured = services.map(({ key }) => key);
  const state = projectPhase({ phase: fleet.settings.phase, configured, runsOldestFirst: runs, live: null });
  return new Map(state.services.map((service) => [service.service, service]));
}

/** The service's containers without those that a replace has not finished with. */
export function containersOf({ observed }: Pick<ValidateContext, 'observed'>, { key }: Service): readonly ObservedContainer[] {
  return (observed.services[key]?.containers ?? []).filter(({ temporary }) => !temporary);
}

/** Whether it does its work: all its containers run and none is unhealthy; of a one-shot, that it ended with code 0. */
export function isUp({ kind }: Pick<Service, 'kind'>, containers: readonly ObservedContainer[]): boolean {
  return (
    containers.length > 0 &&
    containers.every(({ state, health, exitCode }) =>
      kind === 'one-shot' ? state === 'exited' && exitCode === 0 : state === 'running' && health !== 'unhealthy',
    )
  );
}
