import { shares } from '../../plan/ripples.ts';
import type { PlanStep } from '../../plan/types.ts';
import type { Board, ServiceRun } from './board.ts';
import type { Crew } from './crew.ts';

/** What has been put in place is judged, also while the run is stopping or what it stands on has failed: it can only be taken back now. */
export function mustFinish(run: ServiceRun, step: PlanStep): boolean {
  return step.kind === 'verify' && run.replaced !== null;
}

/** Whether the step has to wait because the run is paused. */
export function isHeld({ ctx, board }: Crew, run: ServiceRun, step: PlanStep): boolean {
  return ctx.pause.isClosed && !mustFinish(run, step) && !isCutOff(board, run, step);
}

/** Holds the step while the run is paused. False: the run is to end instead, so that it must not begin at all. */
export async function mayBegin(crew: Crew, run: ServiceRun, step: PlanStep): Promise<boolean> {
  const { pause, stop } = crew.ctx;
  if (!isHeld(crew, run, step)) return true;
  return (await stop.unlessDraining(pause.whenOpen())) !== null;
}

/** It shares something with a container that this run has replaced, so it is without it until it is made anew (traps T3). */
function isCutOff(board: Board, { service }: ServiceRun, { kind, follows = [] }: PlanStep): boolean {
  if (kind !== 'replace') return false;
  return service.dependsOn.some((edge) => shares(edge) && follows.includes(edge.to) && board.find(edge.to)?.replaced != null);
}
