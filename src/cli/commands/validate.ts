import { createDockerEngine } from '../../docker/engine.ts';
import { createOutside } from '../../docker/outside/outside.ts';
import { fileSource } from '../../fleet/fleet-source.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import { renderValidationJunit } from '../../report/validation/junit.ts';
import { renderValidation } from '../../report/validation/text.ts';
import type { Validation } from '../../report/validation/types.ts';
import { readHostIdentity } from '../../util/host-identity.ts';
import { nodeDisk } from '../../util/node-disk.ts';
import { runValidation } from '../../validate/run-validation.ts';
import type { ValidateContext, ValidateDeps } from '../../validate/types.ts';
import type { Call } from '../command.ts';
import { watchOf } from '../fleet-watch.ts';
import { configHome } from '../invocation.ts';
import { complain, outputMode, paintFor } from '../look.ts';
import { intervalWithoutWatch } from '../options/combinations.ts';
import { loadRequest } from '../options/request.ts';
import type { VALIDATE_FLAGS } from '../options/validate.ts';
import { writeResultFile } from '../result-file.ts';
import { ShownWindow } from '../watch-window.ts';
import type { World } from '../world.ts';

type ValidateCall = Call<typeof VALIDATE_FLAGS>;

/** `slipway validate [service...]` */
export async function runValidate(call: ValidateCall): Promise<ExitCode> {
  const { args, values, world } = call;
  const { category, expect } = values;
  const problems = intervalWithoutWatch(values);
  if (problems.length > 0) {
    complain(world, problems, values);
    return EXIT.couldNotStart;
  }
  const request = { load: loadRequest(values, world.cwd), services: args, categories: category, expect };
  const shown = new ShownWindow(world, values.json ? 'json' : outputMode(values, world), lookOf(call));
  const wish = { windowMs: values.watch === true ? null : values.watch, intervalMs: values.interval };
  const watch = values.watch === null ? null : (context: ValidateContext) => shown.watch(context, wish);
  const found = await runValidation(request, await validateDeps(world), watch);
  if (!found.ok) {
    complain(world, found.error, values);
    return EXIT.couldNotStart;
  }
  show(found.value, call);
  const written = values.junit === null ? null : await writeJunit(found.value, values.junit, world.cwd);
  if (written?.ok === false) {
    complain(world, [written.error], values);
    return EXIT.couldNotStart;
  }
  return shown.exitCode ?? exitCodeOf(found.value, values);
}

/** The real world, to be looked at only. */
async function validateDeps(world: World): Promise<ValidateDeps> {
  return {
    engine: createDockerEngine(world.env),
    watch: (fleet) => watchOf(fleet, world),
    outside: createOutside(world.env),
    disk: nodeDisk,
    source: fileSource,
    clock: world.clock,
    me: await readHostIdentity(world.pid),
    configHome: configHome(world.env),
    signal: new AbortController().signal,
  };
}

function show(validation: Validation, { values, world }: ValidateCall): void {
  if (values.json || values.output === 'json') {
    world.out.write(`${JSON.stringify(validation, null, 2)}\n`);
  } else if (values.output !== 'quiet') {
    world.out.write(renderValidation(validation, lookOf({ values, world })));
  }
}

function lookOf({ values, world }: Pick<ValidateCall, 'values' | 'world'>) {
  return { columns: world.out.size().columns || 80, paint: paintFor(world.out, world.env, values) };
}

function writeJunit(validation: Validation, file: string, cwd: string) {
  return writeResultFile(file, renderValidationJunit(validation), cwd);
}

/** A finding that counts beats a check that could not be made. */
function exitCodeOf({ counts, checks }: Validation, { strict }: ValidateCall['values']): ExitCode {
  if (counts.error > 0 || (strict && counts.warning > 0)) return EXIT.serviceFailed;
  return checks.some(({ outcome }) => outcome === 'not-checked') ? EXIT.couldNotStart : EXIT.done;
}
