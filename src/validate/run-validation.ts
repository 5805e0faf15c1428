import { EngineUnavailable } from '../docker/port.ts';
import { type CheckResult, outcomeOf } from '../model/check.ts';
import type { Diagnostic, Severity } from '../model/diagnostic.ts';
import type { ServiceKey } from '../model/ids.ts';
import { ok, type Result } from '../model/result.ts';
import type { Mark, ValidatedService, Validation } from '../report/validation/types.ts';
import type { WindowReport } from '../report/validation/window-types.ts';
import { instantAt } from '../util/instant.ts';
import { VALIDATE_CHECKS } from './checks.ts';
import { standingOf } from './counts.ts';
import { gather } from './gather.ts';
import type { Looked, NotLooked, ValidateCheck, ValidateContext, ValidateDeps, ValidateRequest } from './types.ts';

/** Compares the fleet with what the last run and release say of it; errors are why nothing could be looked at. Changes nothing. */
export async function runValidation(
  request: ValidateRequest,
  deps: ValidateDeps,
  watch: ((context: ValidateContext) => Promise<Watching>) | null = null,
): Promise<Result<Validation, readonly Diagnostic[]>> {
  const beganMs = deps.clock.now();
  const gathered = await gather(request, deps);
  if (!gathered.ok) return gathered;
  const context = gathered.value;
  // Each bounds what it asks by itself.
  const looks = await Promise.all(VALIDATE_CHECKS.map(async (check) => ({ check, look: await lookWith(check, context) })));
  const tookMs = deps.clock.now() - beganMs;
  const watching = watch === null ? null : await watch(context);
  const validation = validationOf(context, [...looks, ...(watching?.looks ?? [])], { atMs: beganMs, tookMs });
  return ok(watching === null ? validation : { ...validation, window: watching.window });
}

/** What comes after the checks, with `--watch`. */
export interface Watching {
  readonly looks: readonly Look[];
  readonly window: WindowReport;
}

/** A check and what it saw. */
export interface Look {
  readonly check: Pick<ValidateCheck, 'name' | 'title' | 'column'>;
  readonly look: Looked | NotLooked;
}

async function lookWith(check: ValidateCheck, context: ValidateContext): Promise<Looked | NotLooked> {
  try {
    return await check.run(context);
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    return { notLooked: `the engine did not answer: ${error.message}` };
  }
}

function validationOf(
  context: ValidateContext,
  looks: readonly Look[],
  { atMs, tookMs }: { readonly atMs: number; readonly tookMs: number },
): Validation {
  const { fleet, runs, release, services } = context;
  const order = new Map(services.map(({ key }, at) => [key, at]));
  const checks = looks.map(({ check, look }) => resultOf(check, look, order));
  const last = runs.at(-1);
  const counts = countSeverities(checks.flatMap(({ findings }) => findings));
  return {
    version: 1,
    command: 'validate',
    at: instantAt(atMs),
    ok: counts.error === 0 && checks.every(({ outcome }) => outcome !== 'not-checked'),
    phase: fleet.settings.phase,
    run: last ? { run: last.run, outcome: lastOutcome(last.outcome), endedAt: last.finishedAt ?? last.lastAt } : null,
    release: release && { release: release.release, at: release.at, origin: release.origin },
    standing: standingOf(context),
    counts,
    checks,
    columns: looks.flatMap(({ check }) => (check.column === null ? [] : [{ check: check.name, heading: check.column }])),
    services: services.map(({ key, category, critical }): ValidatedService => {
      return { service: key, category, critical, marks: marksOf(key, looks) };
    }),
    tookMs,
  };
}

/** Nobody executes it: gathering has seen to that. */
function lastOutcome(outcome: NonNullable<Validation['run']>['outcome']): NonNullable<Validation['run']>['outcome'] {
  return outcome === 'running' ? 'interrupted' : outcome;
}

/** Findings of critical services come first, as their services do. */
function resultOf({ name, title }: Look['check'], look: Looked | NotLooked, order: ReadonlyMap<ServiceKey, number>): CheckResult {
  if ('notLooked' in look) return { check: name, title, outcome: 'not-checked', seen: look.notLooked, findings: [] };
  const place = ({ service }: Diagnostic) => (service === undefined ? -1 : (order.get(service) ?? order.size));
  const findings = look.findings.toSorted((a, b) => place(a) - place(b));
  return { check: name, title, outcome: outcomeOf(findings), seen: look.seen, findings };
}

function marksOf(service: ServiceKey, looks: readonly Look[]): Readonly<Record<string, Mark>> {
  const marks = looks.flatMap(({ check, look }): (readonly [string, Mark])[] => {
    if (check.column === null) return [];
    if ('notLooked' in look) return [[check.name, 'not-looked']];
    const own = look.findings.filter((finding) => finding.service === service).map(({ severity }) => severity);
    const mark = gravest(own) ?? (look.looked.includes(service) ? 'passed' : null);
    return mark === null ? [] : [[check.name, mark]];
  });
  return Object.fromEntries(marks);
}

function gravest(severities: readonly Severity[]): Severity | null {
  return (['error', 'warning', 'info'] as const).find((one) => severities.includes(one)) ?? null;
}

function countSeverities(findings: readonly Diagnostic[]): Readonly<Record<Severity, number>> {
  const of = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return { error: of('error'), warning: of('warning'), info: of('info') };
}
