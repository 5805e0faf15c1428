import { createHash } from 'node:crypto';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { planSchema } from './schema.ts';
import type { Plan } from './types.ts';

/** The plan's id: digest (16 hex digits of SHA-256) of all the rest except `diagnostics`. */
export function planId(plan: Plan): string {
  const { plan: _id, diagnostics: _diagnostics, ...rest } = inOrder(plan);
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex').slice(0, 16);
}

/** The plan document as text, its keys in the order of the contract (section 6); ends with a newline. */
export function planToJson(plan: Plan): string {
  return `${JSON.stringify(inOrder(plan), null, 2)}\n`;
}

/** The planner writes services and steps key by key; only the document itself and the options can come in another order. */
function inOrder({ version, plan, phase, options, observed, services, untouched, estimate, diagnostics }: Plan): Plan {
  const sorted = Object.fromEntries(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))) as unknown as Plan['options'];
  return { version, plan, phase, options: sorted, observed, services, untouched, ...(estimate && { estimate }), diagnostics };
}

/** Reads a plan document back. One that is no plan, is of another version, or was edited by hand is refused: its id is its check sum. */
export function planFromJson(text: string): Result<Plan, Diagnostic> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err(unreadable('it is not JSON'));
  }
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version !== 1)
    return err(unreadable(`it has version ${version}, this Slipway reads version 1`));
  if (!planSchema.safeParse(value).success) return err(unreadable('it is not a plan document'));
  const plan = value as Plan;
  if (planId(plan) !== plan.plan)
    return err(unreadable('it was changed after it was written: its id does not match what it holds'));
  return ok(plan);
}

function unreadable(why: string): Diagnostic {
  return {
    code: 'plan-unreadable',
    severity: 'error',
    message: `the plan cannot be used: ${why}`,
    remedy: 'make it anew with slipway plan --out FILE',
  };
}
