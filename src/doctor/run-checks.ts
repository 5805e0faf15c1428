import { type EngineProblem, EngineUnavailable } from '../docker/port.ts';
import { type CheckResult, outcomeOf } from '../model/check.ts';
import type { Diagnostic, Severity } from '../model/diagnostic.ts';
import { assertNever } from '../util/assert.ts';
import { mapBounded } from '../util/bounded.ts';
import { hasFleet, isLive } from './narrow.ts';
import type { DoctorCheck, DoctorContext, Looked } from './types.ts';

/** Enough to wait for the engine only once, without flooding it. */
const AT_ONCE = 6;

/** Runs the checks side by side; results in their order. Never rejects but for a bug. */
export function runChecks(checks: readonly DoctorCheck[], context: DoctorContext): Promise<CheckResult[]> {
  return mapBounded(checks, AT_ONCE, async (check) => {
    const { name, title } = check;
    const looked = await lookSafely(check, context);
    if ('notChecked' in looked) return { check: name, title, outcome: 'not-checked', seen: looked.notChecked, findings: [] };
    const findings = gravestFirst(looked.findings);
    return { check: name, title, outcome: outcomeOf(findings), seen: looked.seen, findings };
  });
}

/** The errors that keep a rebuild from starting. */
export async function rebuildObstacles(checks: readonly DoctorCheck[], context: DoctorContext): Promise<readonly Diagnostic[]> {
  const results = await runChecks(
    checks.filter(({ rebuild }) => rebuild === 'stops'),
    context,
  );
  return results.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error'));
}

async function lookSafely(check: DoctorCheck, context: DoctorContext): Promise<Looked> {
  try {
    return await look(check, context);
  } catch (error) {
    // The engine may go away between two looks.
    if (error instanceof EngineUnavailable) return { notChecked: error.problem.message };
    throw error;
  }
}

async function look(check: DoctorCheck, context: DoctorContext): Promise<Looked> {
  switch (check.needs) {
    case 'nothing':
      return check.run(context);
    case 'engine':
      return context.facts.ok ? check.run(context) : { notChecked: withoutEngine(context) };
    case 'fleet':
      return hasFleet(context) ? check.run(context) : { notChecked: withoutFleet(context) };
    case 'fleet-and-engine':
      if (!context.facts.ok) return { notChecked: withoutEngine(context) };
      if (!hasFleet(context)) return { notChecked: withoutFleet(context) };
      return isLive(context) ? check.run(context) : { notChecked: 'the engine could not be asked for the fleet’s containers' };
    default:
      return assertNever(check);
  }
}

/** In a few words: the check of the tools has all of them. */
function withoutEngine({ facts }: DoctorContext): string {
  return facts.ok ? '' : (WITHOUT[facts.error.code] ?? facts.error.message);
}

const WITHOUT: Readonly<Partial<Record<EngineProblem['code'], string>>> = {
  'no-engine': 'no Docker engine answers',
  'no-permission': 'no permission to use the engine',
  'not-installed': 'Docker, Compose or buildx is missing',
  'too-old': 'Compose or buildx is too old',
};

function withoutFleet({ root }: DoctorContext): string {
  return root === null ? 'there is no project here' : 'the fleet does not load';
}

const GRAVITY: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

function gravestFirst(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  return findings.toSorted((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity]);
}
