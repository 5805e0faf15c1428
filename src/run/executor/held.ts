import { shares } from '../../plan/ripples.ts';
import type { PlanStep } from '../../plan/types.ts';
import type { Board, ServiceRun } from './board.ts';
import type { Crew } from './crew.ts';
import type { Release } from './lanes.ts';
import type { StopController } from './stop.ts';

/** What has been put in place is judged, also while the run is stopping or what it stands on has failed: it can only be taken back now. */
export function mustFinish(run: ServiceRun, step: PlanStep): boolean {
  return step.kind === 'verify' && run.replaced !== null;
}

/** Whether the step has to wait because the run is paused. */
export function isHeld({ ctx, board }: Crew, run: ServiceRun, step: PlanStep): boolean {
  return ctx.pause.isClosed && !mustFinish(run, step) && !isCutOff(board, run, step);
}

/**
 * A place in a lane for a step that may begin. While the run is paused it waits outside: what has to finish all the same may need the place.
 * Null: the run is to end instead, so that it must not begin at all.
 */
export async function enterUnheld(
  crew: Crew,
  run: ServiceRun,
  { step, enter }: { readonly step: PlanStep; readonly enter: () => Promise<Release | null> },
): Promise<Release | null> {
  const { pause, stop } = crew.ctx;
  for (;;) {
    const place = await enter();
    if (place === null || !isHeld(crew, run, step)) return place;
    place();
    if ((await stop.unlessDraining(Promise.race([pause.whenOpen(), whenTakenBack(run)]))) !== 'open') return null;
  }
}

/**
 * Resolves when a service that was in place before the run was continued has to go back because of another, which waits for that; never
 * otherwise. So it must be heard wherever a service waits for others.
 */
export function whenTakenBack({ replaced, takeBack: { signal } }: ServiceRun): Promise<'taken-back'> {
  return new Promise((resolve) => {
    if (!replaced) return;
    if (signal.aborted) resolve('taken-back');
    else signal.addEventListener('abort', () => resolve('taken-back'), { once: true });
  });
}

/** Aborts when a service is to wait for its slot no longer. */
export function whenToGiveUp(stop: StopController, { replaced, takeBack }: ServiceRun): AbortSignal {
  return replaced ? AbortSignal.any([stop.noNewServices, takeBack.signal]) : stop.noNewServices;
}

/** It shares something with a container that this run has replaced, so it is without it until it is made anew (traps T3). */
function isCutOff(board: Board, { service }: ServiceRun, { kind, follows = [] }: PlanStep): boolean {
  if (kind !== 'replace') return false;
  return service.dependsOn.some((edge) => shares(edge) && follows.includes(edge.to) && board.find(edge.to)?.replaced != null);
}
