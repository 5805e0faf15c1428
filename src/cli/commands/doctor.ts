import { createDockerHost } from '../../docker/host.ts';
import { createOutside } from '../../docker/outside/outside.ts';
import { DOCTOR_CHECKS } from '../../doctor/checks.ts';
import { type DoctorDeps, lookAround } from '../../doctor/context.ts';
import { runChecks } from '../../doctor/run-checks.ts';
import type { CheckResult } from '../../model/check.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import { commaList } from '../../plan/selection.ts';
import { checksDocument } from '../../report/checks-document.ts';
import { renderChecks } from '../../report/checks-text.ts';
import { StopController } from '../../run/executor/stop.ts';
import type { Call } from '../command.ts';
import { complain, paintFor } from '../look.ts';
import type { DOCTOR_FLAGS } from '../options/doctor.ts';
import { loadRequest } from '../options/request.ts';
import { processDeps } from '../process-deps.ts';
import type { World } from '../world.ts';

type DoctorCall = Call<typeof DOCTOR_FLAGS>;

/** `slipway doctor` */
export async function runDoctor({ args, values, world }: DoctorCall): Promise<ExitCode> {
  const request = {
    load: loadRequest(values, world.cwd),
    services: commaList(args),
    categories: commaList(values.category),
  };
  const context = await lookAround(request, await doctorDeps(world));
  if (!context.ok) {
    complain(world, context.error, values);
    return EXIT.couldNotStart;
  }
  const checks = await runChecks(DOCTOR_CHECKS, context.value);
  show(checks, { values, world });
  return checks.some(({ outcome }) => outcome === 'failed') ? EXIT.couldNotStart : EXIT.done;
}

/** The real world as checks see it. */
async function doctorDeps(world: World): Promise<DoctorDeps> {
  return {
    ...(await processDeps(world, new StopController())),
    host: createDockerHost(world.env),
    outside: createOutside(world.env),
  };
}

function show(checks: readonly CheckResult[], { values, world }: Pick<DoctorCall, 'values' | 'world'>): void {
  if (values.json || values.output === 'json') {
    const document = checksDocument('doctor', { atMs: world.clock.now(), checks });
    world.out.write(`${JSON.stringify(document, null, 2)}\n`);
  } else if (values.output !== 'quiet') {
    const columns = Math.min(120, world.out.size().columns || 80);
    world.out.write(renderChecks(checks, { columns, paint: paintFor(world.out, world.env, values) }));
  }
}
