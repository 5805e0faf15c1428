import { createDockerEngine } from '../../docker/engine.ts';
import { fileSource } from '../../fleet/fleet-source.ts';
import type { ExitCode } from '../../model/status.ts';
import { EXIT } from '../../model/status.ts';
import { StopController } from '../../run/executor/stop.ts';
import { rebuild } from '../../run/rebuild.ts';
import type { RebuildDeps, RebuildRequest, RebuildResult } from '../../run/rebuild-types.ts';
import { assertNever } from '../../util/assert.ts';
import { readHostIdentity } from '../../util/host-identity.ts';
import { nodeDisk } from '../../util/node-disk.ts';
import type { Call } from '../command.ts';
import { configHome, typedCommand } from '../invocation.ts';
import { complain } from '../look.ts';
import { contradictions } from '../options/combinations.ts';
import type { REBUILD_FLAGS } from '../options/rebuild.ts';
import { rebuildRequest } from '../options/request.ts';
import { chooseOutput } from '../output/choose.ts';
import type { RunOutput } from '../output/run-output.ts';
import { ShownRun } from '../output/shown-run.ts';
import { catchSignals } from '../signals.ts';
import { VERSION } from '../version.ts';
import { showPlan } from './plan.ts';

type RebuildCall = Call<typeof REBUILD_FLAGS>;

/** `slipway rebuild` */
export async function runRebuild(call: RebuildCall): Promise<ExitCode> {
  const { args, values, world } = call;
  const problems = contradictions(args, values);
  if (problems.length > 0) {
    complain(world, problems, values);
    return EXIT.couldNotStart;
  }
  const request = rebuildRequest(values, { services: args, cwd: world.cwd, command: typedCommand(world) });
  return values.dryRun ? showPlan(call, request) : execute(call, request);
}

async function execute(call: RebuildCall, request: RebuildRequest): Promise<ExitCode> {
  const output = chooseOutput(call.world, call.values);
  const stop = new StopController();
  const shown = new ShownRun(output, call.world.clock.now());
  const release = catchSignals(stop, (received) => shown.signal(received));
  try {
    const result = await rebuild(request, await depsFor(call, { stop, output, shown }));
    return finish(result, call, output);
  } finally {
    output.stop();
    release();
  }
}

async function depsFor(
  { world }: RebuildCall,
  { stop, output, shown }: { stop: StopController; output: RunOutput; shown: ShownRun },
): Promise<RebuildDeps> {
  return {
    engine: createDockerEngine(world.env),
    clock: world.clock,
    disk: nodeDisk,
    source: fileSource,
    me: await readHostIdentity(world.pid),
    version: VERSION,
    stop,
    env: world.env,
    configHome: configHome(world.env),
    onLive: (live) => shown.begin(live),
    say: (diagnostic) => output.say(diagnostic),
  };
}

function finish(result: RebuildResult, { world, values }: RebuildCall, output: RunOutput): ExitCode {
  output.stop();
  switch (result.kind) {
    case 'refused':
    case 'broken':
      complain(world, result.diagnostics, values);
      break;
    case 'nothing':
      world.err.write(`${result.message}\n`);
      break;
    case 'ran':
      output.end(result);
      break;
    default:
      assertNever(result);
  }
  return result.exitCode;
}
