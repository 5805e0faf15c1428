import { preflightObstacles } from '../fleet/service/start-first.ts';
import type { Service } from '../fleet/types.ts';
import type { Strategy } from './types.ts';
import type { Work } from './work.ts';

/** How a service is replaced, why not start-first, and whether a shadow of the candidate runs first (traps T5); none without a replace. */
export function strategyOf({ service, standing, replace }: Work): Strategy {
  if (!replace) return { order: 'none', why: 'nothing is replaced' };
  if (replace.action === 'restart') return { order: 'stop-first', why: 'the same container is restarted' };
  if (service.kind === 'one-shot') return { order: 'stop-first', why: 'a job that runs once' };
  if (standing.containers.length === 0) return { order: 'stop-first', why: 'first start' };
  const strategy = orderOf(service);
  return service.replace.preflight && strategy.order === 'stop-first' ? withPreflight(strategy, service) : strategy;
}

function orderOf({ replace, startFirstObstacles }: Service): Strategy {
  const { order } = replace;
  const obstacles = startFirstObstacles.join(', ');
  if (order === 'stop-first') return { order, why: 'as configured' };
  if (obstacles !== '') return { order: 'stop-first', why: `start-first is not possible: ${obstacles}` };
  if (order === 'start-first') return { order, why: 'as configured' };
  return { order: 'stop-first', why: 'default; set replace.order to start-first' };
}

function withPreflight({ order, why }: Strategy, { compose }: Service): Strategy {
  const obstacles = preflightObstacles(compose).join(', ');
  return obstacles === '' ? { order, why, preflight: true } : { order, why: `${why}; a preflight is not possible: ${obstacles}` };
}
