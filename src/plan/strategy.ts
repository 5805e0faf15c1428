import type { PlannedService } from './types.ts';
import type { Work } from './work.ts';

/** How a service is replaced and why not start-first (traps T5); none without a replace. */
export function strategyOf({ service, standing, replace }: Work): PlannedService['strategy'] {
  if (!replace) return { order: 'none', why: 'nothing is replaced' };
  if (replace.action === 'restart') return { order: 'stop-first', why: 'the same container is restarted' };
  if (service.kind === 'one-shot') return { order: 'stop-first', why: 'a job that runs once' };
  if (standing.containers.length === 0) return { order: 'stop-first', why: 'first start' };
  const { order, preflight } = service.replace;
  const obstacles = service.startFirstObstacles.join(', ');
  const extra = preflight ? '; a preflight of the candidate comes first' : '';
  if (order === 'stop-first') return { order, why: `as configured${extra}` };
  if (obstacles !== '') return { order: 'stop-first', why: `start-first is not possible: ${obstacles}${extra}` };
  if (order === 'start-first') return { order, why: 'as configured' };
  return { order: 'stop-first', why: `default; set replace.order to start-first${extra}` };
}
