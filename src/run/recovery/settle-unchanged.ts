import type { RunState } from '../../journal/projection.ts';
import type { Plan } from '../../plan/types.ts';
import type { Record } from '../context.ts';
import type { Stock } from '../stock.ts';

/**
 * Settles what the run had still to do with and the plan for the rest of it leaves alone: it turned out to be as its last completed run left
 * it, and a later run that finds a service unchanged leaves it completed (contract, section 3), or rolled back. Not for a continuation that is
 * narrowed.
 */
export async function settleUnchanged(
  { state, plan, stock }: { readonly state: RunState; readonly plan: Plan; readonly stock: Stock },
  record: Record,
): Promise<void> {
  const planned = new Set(plan.services.map(({ service }) => service));
  for (const { service, phase } of state.services.values()) {
    const open = phase.kind !== 'settled' || phase.status === 'pending' || phase.status === 'skipped';
    if (!open || planned.has(service)) continue;
    const known = stock.records.get(service);
    const { completed, tested } = known ?? { completed: null, tested: 'untested' };
    const back = known?.status === 'rolled-back';
    await record({
      type: 'service-settled',
      service,
      status: back ? 'rolled-back' : 'completed',
      failure: null,
      image: (back ? known.image : completed?.image) ?? stock.observed.services[service]?.containers[0]?.image ?? null,
      tested,
      fingerprint:
        back || !completed ? null : { inputs: completed.inputs, unknown: null, config: completed.config, bases: completed.bases },
      downtimeMs: null,
    });
  }
}
