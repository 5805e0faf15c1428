import type { ExitCode } from '../model/status.ts';
import { StopController } from '../run/executor/stop.ts';
import type { RebuildDeps, RebuildResult } from '../run/rebuild-types.ts';
import { assertNever } from '../util/assert.ts';
import { ReachableRun } from './control.ts';
import { complain } from './look.ts';
import type { CommonValues } from './options/common.ts';
import { chooseOutput } from './output/choose.ts';
import type { RunOutput } from './output/run-output.ts';
import { ShownRun } from './output/shown-run.ts';
import { processDeps } from './process-deps.ts';
import { catchSignals } from './signals.ts';
import type { World } from './world.ts';

/** What of a call a run needs. */
interface RunCall {
  readonly values: CommonValues;
  readonly world: World;
}

/** Carries out a run with everything around it: signals, what shows it, its last words. */
export async function executeRun(call: RunCall, carryOut: (deps: RebuildDeps) => Promise<RebuildResult>): Promise<ExitCode> {
  const output = chooseOutput(call.world, call.values);
  const stop = new StopController();
  const shown = new ShownRun(output, call.world.clock.now());
  const reachable = new ReachableRun(call.world.clock, (diagnostic) => output.say(diagnostic));
  const release = catchSignals(stop, (received) => shown.signal(received));
  try {
    const result = await carryOut(await depsFor(call, { stop, output, shown, reachable }));
    return finish(result, call, output);
  } finally {
    await reachable.end();
    output.stop();
    release();
  }
}

async function depsFor(
  { world }: RunCall,
  { stop, output, shown, reachable }: { stop: StopController; output: RunOutput; shown: ShownRun; reachable: ReachableRun },
): Promise<RebuildDeps> {
  return {
    ...(await processDeps(world, stop)),
    onLive: (live) => {
      shown.begin(live);
      reachable.begin(live);
    },
    say: (diagnostic) => output.say(diagnostic),
  };
}

function finish(result: RebuildResult, { world, values }: RunCall, output: RunOutput): ExitCode {
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
