import type { RunState } from '../journal/projection.ts';

/** Why a run that has ended left services undone, in its own words; null when it left none, or has not ended. */
export function whyLeft({ outcome, why, services }: RunState): string | null {
  if (outcome !== 'failed' && outcome !== 'interrupted') return null;
  const left = [...services.values()].some(({ phase }) => phase.kind !== 'settled' || phase.status === 'pending');
  return (left || outcome === 'interrupted') && why !== '' ? why : null;
}
