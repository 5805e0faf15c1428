import { createDockerHost } from '../../docker/host.ts';
import { createOutside } from '../../docker/outside/outside.ts';
import { DOCTOR_CHECKS } from '../../doctor/checks.ts';
import { type DoctorDeps, lookAround } from '../../doctor/context.ts';
import { rememberHost } from '../../doctor/remembered-host.ts';
import { runChecks } from '../../doctor/run-checks.ts';
import type { DoctorContext } from '../../doctor/types.ts';
import type { CheckResult } from '../../model/check.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import { commaList } from '../../plan/selection.ts';
import { checksDocument } from '../../report/checks-document.ts';
import { renderChecks } from '../../report/checks-text.ts';
import { StopController } from '../../run/executor/stop.ts';
import type { Call } from '../command.ts';
import { type FixOutcome, fixEntries, fixWhatIsSafe, readableColumns, renderFix } from '../doctor-fix.ts';
import { complain, paintFor } from '../look.ts';
import type { DOCTOR_FLAGS } from '../options/doctor.ts';
import { loadRequest } from '../options/request.ts';
import { processDeps } from '../process-deps.ts';
import type { World } from '../world.ts';

type DoctorCall = Call<typeof DOCTOR_FLAGS>;

/** `slipway doctor` */
export async function runDoctor(call: DoctorCall): Promise<ExitCode> {
  const { args, values, world } = call;
  const request = {
    load: loadRequest(values, world.cwd),
    services: commaList(args),
    categories: commaList(values.category),
  };
  if (values.dryRun && !values.fix) return refuse(call, [DRY_WITHOUT_FIX]);
  const deps = await doctorDeps(world);
  const context = await lookAround(request, deps);
  if (!context.ok) return refuse(call, context.error);
  if (!values.fix) return showChecks(call, context.value, null);
  const fix = await fixWhatIsSafe(context.value, call);
  if (!fix.ok) return refuse(call, fix.error);
  if (!isJson(call) && values.output !== 'quiet') world.out.write(`${renderFix(fix.value, readableColumns(world.out))}\n`);
  // What is left is looked at anew.
  const after = values.dryRun ? context : await lookAround(request, deps);
  return after.ok ? showChecks(call, after.value, fix.value) : refuse(call, after.error);
}

const DRY_WITHOUT_FIX: Diagnostic = {
  code: 'usage',
  severity: 'error',
  message: '--dry-run belongs to --fix: doctor alone changes nothing',
  remedy: 'leave --dry-run out, or add --fix',
};

function refuse({ values, world }: DoctorCall, problems: readonly Diagnostic[]): ExitCode {
  complain(world, problems, values);
  return EXIT.couldNotStart;
}

/** Exit code 2 also when something that was agreed to could not be put right. */
async function showChecks(call: DoctorCall, context: DoctorContext, fix: FixOutcome | null): Promise<ExitCode> {
  const checks = await runChecks(DOCTOR_CHECKS, context);
  show(checks, call, fix);
  const isFixed = fix?.fixed.every(({ result }) => typeof result === 'string') ?? true;
  return isFixed && checks.every(({ outcome }) => outcome !== 'failed') ? EXIT.done : EXIT.couldNotStart;
}

/** The real world as checks see it. */
async function doctorDeps(world: World): Promise<DoctorDeps> {
  return {
    ...(await processDeps(world, new StopController())),
    host: rememberHost(createDockerHost(world.env)),
    outside: createOutside(world.env),
  };
}

function isJson({ values }: DoctorCall): boolean {
  return values.json || values.output === 'json';
}

function show(checks: readonly CheckResult[], call: DoctorCall, fix: FixOutcome | null): void {
  const { values, world } = call;
  if (isJson(call)) {
    const document = checksDocument('doctor', { atMs: world.clock.now(), checks });
    const whole = fix === null ? document : { ...document, fixes: fixEntries(fix) };
    world.out.write(`${JSON.stringify(whole, null, 2)}\n`);
  } else if (values.output !== 'quiet') {
    const columns = readableColumns(world.out);
    world.out.write(renderChecks(checks, { columns, paint: paintFor(world.out, world.env, values) }));
  }
}
