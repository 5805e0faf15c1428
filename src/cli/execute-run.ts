import { ReachableRun } from '../control/reachable-run.ts';
import type { ExitCode } from '../model/status.ts';
import { StopController } from '../run/executor/stop.ts';
import type { RebuildDeps, RebuildResult } from '../run/rebuild-types.ts';
import { assertNever } from '../util/assert.ts';
import { NotedBaseline } from './baseline.ts';
import { beginGithubStep } from './github-actions.ts';
import { complain } from './look.ts';
import type { CommonValues } from './options/common.ts';
import { chooseOutput } from './output/choose.ts';
import type { RunOutput } from './output/run-output.ts';
import { ShownRun } from './output/shown-run.ts';
import { processDeps } from './process-deps.ts';
import { catchSignals } from './signals.ts';
import { ToldRun } from './telemetry.ts';
import type { World } from './world.ts';

/** What of a call a run needs. */
interface RunCall {
  readonly values: CommonValues;
  readonly world: World;
}

interface RunParts {
  readonly stop: StopController;
  readonly output: RunOutput;
  readonly shown: ShownRun;
  readonly reachable: ReachableRun;
  readonly told: ToldRun;
  readonly baseline: NotedBaseline;
}

/** Carries out a run with everything around it: signals, what shows it, its last words. */
export async function executeRun(call: RunCall, carryOut: (deps: RebuildDeps) => Promise<RebuildResult>): Promise<ExitCode> {
  const github = beginGithubStep(call);
  const output = chooseOutput(call.world, call.values);
  const stop = new StopController();
  const shown = new ShownRun(output, call.world.clock.now());
  const reachable = new ReachableRun(call.world.clock, (diagnostic) => output.say(diagnostic));
  const told = new ToldRun(call.world, (diagnostic) => output.say(diagnostic));
  const baseline = new NotedBaseline(call.world, (diagnostic) => output.say(diagnostic));
  const release = catchSignals(stop, (received) => shown.signal(received));
  try {
    const result = await carryOut(await depsFor(call, { stop, output, shown, reachable, told, baseline }));
    await baseline.end();
    const exitCode = finish(result, call, output);
    await github.end(result.kind === 'ran' ? result.state.run : null);
    await told.end();
    return exitCode;
  } finally {
    await reachable.end();
    output.stop();
    release();
  }
}

async function depsFor({ world }: RunCall, { stop, output, shown, reachable, told, baseline }: RunParts): Promise<RebuildDeps> {
  return {
    ...(await processDeps(world, stop)),
    onLive: (live) => {
      shown.begin(live);
      reachable.begin(live);
      told.begin(live);
      baseline.begin(live);
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
