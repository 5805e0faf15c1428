import { canonicalJson } from '../fleet/fingerprint/canonical.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { type ServiceKey, shortId } from '../model/ids.ts';
import type { Plan, PlanFacts, PlannedService } from './types.ts';

/**
 * What moved since a plan was written: one `plan-out-of-date` error a service, or none when `now`, made with the same options, still does
 * the same. Forecasts may differ: they change nothing that is done.
 */
export function comparePlans(old: Plan, now: Plan): Diagnostic[] {
  if (old.plan === now.plan) return [];
  const keys = new Set([...Object.keys(old.observed), ...Object.keys(now.observed)]);
  const moved = [...keys].flatMap((key) => {
    const what = factsMoved(old.observed[key], now.observed[key]);
    return what === null ? [] : [outOfDate(what, key)];
  });
  const reported = new Set(moved.map((d) => d.service));
  return [...phaseMoved(old, now), ...moved, ...decisionsMoved(old, now).filter((d) => !reported.has(d.service))];
}

/** The same for a plan that was agreed to on the terminal a moment ago: what is done has to be the same, to whichever containers. */
export function compareDecisions(agreed: Plan, now: Plan): Diagnostic[] {
  const remedy = 'run the command again to see what it would do now';
  return [...phaseMoved(agreed, now), ...decisionsMoved(agreed, now)].map((diagnostic) => ({ ...diagnostic, remedy }));
}

function factsMoved(old: PlanFacts | undefined, now: PlanFacts | undefined): string | null {
  if (!old || !now) return old ? 'the plan no longer rests on it' : 'the plan now rests on it too';
  if (old.image !== now.image) return `it ran ${named(old.image)} and runs ${named(now.image)} now`;
  if (!sameList(old.containers, now.containers))
    return `its containers were ${list(old.containers)} and are ${list(now.containers)} now`;
  if (old.tagImage !== now.tagImage) return `its tag pointed to ${named(old.tagImage)} and points to ${named(now.tagImage)} now`;
  if (old.inputs !== now.inputs) return 'its build inputs changed';
  if (old.config !== now.config) return 'its configuration changed';
  return old.status === now.status ? null : `it was ${old.status} and is ${now.status} now`;
}

/** What runs, restarts or is selected can differ while the recorded facts do not. */
function decisionsMoved(old: Plan, now: Plan): Diagnostic[] {
  const before = new Map(old.services.map((s) => [s.service, s]));
  const after = new Map(now.services.map((s) => [s.service, s]));
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].flatMap((key) => {
    const was = before.get(key);
    const is = after.get(key);
    if (!was) return [outOfDate(`it was left alone and would be planned now: ${is!.cause.text}`, key)];
    if (!is) return [outOfDate(`it was planned (${was.cause.text}) and would be left alone now`, key)];
    if (canonicalJson(effects(was)) === canonicalJson(effects(is))) return [];
    return [
      outOfDate(
        was.cause.text === is.cause.text
          ? 'its steps would be others now'
          : `its cause was: ${was.cause.text}; it is now: ${is.cause.text}`,
        key,
      ),
    ];
  });
}

function effects({ steps, strategy, requires, cause }: PlannedService) {
  return { steps, order: strategy.order, preflight: strategy.preflight ?? false, requires, cause };
}

function phaseMoved(old: Plan, now: Plan): Diagnostic[] {
  return old.phase === now.phase ? [] : [outOfDate(`the plan is of phase ${old.phase}, the configuration of ${now.phase}`)];
}

function outOfDate(what: string, service?: ServiceKey): Diagnostic {
  return {
    code: 'plan-out-of-date',
    severity: 'error',
    ...(service !== undefined && { service }),
    message: service === undefined ? what : `${service}: ${what}`,
    remedy: 'make the plan anew with slipway plan --out FILE',
  };
}

function named(image: string | null): string {
  return image === null ? 'no image' : shortId(image);
}

function list(ids: readonly string[]): string {
  return ids.length === 0 ? 'none' : ids.map(shortId).join(', ');
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
