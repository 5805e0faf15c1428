import type { DoctorContext, FleetContext, LiveContext } from './types.ts';

/** Whether the fleet loaded. */
export function hasFleet(context: DoctorContext): context is FleetContext {
  return context.fleet !== null && context.root !== null;
}

/** Whether the fleet loaded and the engine was asked for its containers. */
export function isLive(context: DoctorContext): context is LiveContext {
  return hasFleet(context) && context.observed !== null && context.facts.ok;
}
