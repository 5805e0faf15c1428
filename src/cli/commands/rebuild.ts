import { createDockerEngine } from '../../docker/engine.ts';
import { applyEvent } from '../../journal/projection.ts';
import type { ExitCode } from '../../model/status.ts';
import { EXIT } from '../../model/status.ts';
import { rebuild } from '../../run/rebuild.ts';
import type { LiveRun, RebuildDeps, RebuildRequest, RebuildResult } from '../../run/rebuild-types.ts';
import { StopController } from '../../run/stop.ts';
import { assertNever } from '../../util/assert.ts';
import { readHostIdentity } from '../../util/host-identity.ts';
import type { Call } from '../command.ts';
import { configHome, typedCommand } from '../invocation.ts';
import { complain } from '../look.ts';
import { contradictions } from '../options/combinations.ts';
import type { REBUILD_FLAGS } from '../options/rebuild.ts';
import { rebuildRequest } from '../options/request.ts';
import { chooseOutput } from '../output/choose.ts';
import type { RunOutput } from '../output/run-output.ts';
import { catchSignals, type Received } from '../signals.ts';
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
    me: await readHostIdentity(world.pid),
    version: VERSION,
    stop,
    env: world.env,
    configHome: configHome(world.env),
    onLive: (live) => shown.begin(live),
    say: (diagnostic) => output.say(diagnostic),
  };
}

/** Connects a run with what shows it; signals that come before it began are told too, and recorded once it has. */
class ShownRun {
  readonly #output: RunOutput;
  readonly #sinceMs: number;
  #live: LiveRun | null = null;
  #early: Received[] = [];

  constructor(output: RunOutput, sinceMs: number) {
    this.#output = output;
    this.#sinceMs = sinceMs;
  }

  begin(live: LiveRun): void {
    this.#live = live;
    let { state } = live;
    this.#output.begin({ plan: live.plan, run: live.run, state: () => state });
    // What this process has recorded before anybody could listen: the start itself, and what a crash had left over.
    for (const event of state.activity) if (Date.parse(event.at) >= this.#sinceMs) this.#output.event(event);
    live.subscribe((event) => {
      state = applyEvent(state, event);
      this.#output.event(event);
    });
    for (const received of this.#early) this.signal(received);
  }

  signal(received: Received): void {
    if (this.#live === null) {
      this.#early.push(received);
      const message = `${received.signal}: nothing has been started and nothing will be`;
      this.#output.say({ code: 'signal', severity: 'info', message });
      return;
    }
    // A journal that cannot be written ends the run by itself.
    this.#live.record({ type: 'signal-received', ...received }).catch(() => {});
  }
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
