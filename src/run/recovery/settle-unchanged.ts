import type { RunState } from '../../journal/projection.ts';
import type { Plan } from '../../plan/types.ts';
import type { Record } from '../context.ts';
import type { Stock } from '../stock.ts';

/**
 * Settles what the run had still to do with and the plan for the rest of it leaves alone: it turned out to be as its last completed run left
 * it, and a later run that finds a service unchanged leaves it completed (contract, section 3). Not for a continuation that is narrowed.
 */
export async function settleUnchanged(
  { state, plan, stock }: { readonly state: RunState; readonly plan: Plan; readonly stock: Stock },
  record: Record,
): Promise<void> {
  const planned = new Set(plan.services.map(({ service }) => service));
  for (const { service, lastSettled } of state.services.values()) {
    const open = lastSettled === null || lastSettled.status === 'pending' || lastSettled.status === 'skipped';
    if (!open || planned.has(service)) continue;
    const { completed, tested } = stock.records.get(service) ?? { completed: null, tested: 'untested' };
    await record({
      type: 'service-settled',
      service,
      status: 'completed',
      failure: null,
      image: completed?.image ?? stock.observed.services[service]?.containers[0]?.image ?? null,
      tested,
      fingerprint: completed && { inputs: completed.inputs, unknown: null, config: completed.config, bases: completed.bases },
      downtimeMs: null,
    });
  }
}
