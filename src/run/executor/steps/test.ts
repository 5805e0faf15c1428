import type { StepIo } from '../../../docker/port.ts';
import { candidateTag } from '../../../fleet/tags.ts';
import type { StepOutcome } from '../../../journal/events.ts';
import type { ImageId } from '../../../model/ids.ts';
import type { PlanStep } from '../../../plan/types.ts';
import type { RunContext } from '../../context.ts';
import type { ServiceRun } from '../board.ts';
import { type Attempt, done, failed, failedBy, performStep, recordNotNeeded } from './attempt.ts';
import { builderOf, buildRequest } from './build.ts';

/** Runs the service's test in the candidate image, by id, in a container of its own. */
export async function test(ctx: RunContext, run: ServiceRun, step: PlanStep): Promise<StepOutcome> {
  const { image } = run;
  const tester = builderOf(ctx, run, step);
  const { command, timeoutMs } = tester.service.test;
  if (!image) throw new Error(`${step.id} has no image to test`);
  if (!command) return recordNotNeeded(ctx, run, step, 'no test command');
  const outcome = await performStep(ctx, run, step, {
    intent: { kind: 'test', image, command },
    signal: ctx.stop.interrupted,
    log: (text) => ctx.logs.test(run.key, text),
    effect: (io) => testOnce(ctx, run, { tester, image, command, timeoutMs }, io),
  });
  if (outcome.status === 'done' && outcome.facts.kind === 'test') run.tested = outcome.facts.result;
  return outcome;
}

interface TestJob {
  readonly tester: Pick<ServiceRun, 'service' | 'project'>;
  readonly image: ImageId;
  readonly command: readonly string[];
  readonly timeoutMs: number;
}

async function testOnce(ctx: RunContext, run: ServiceRun, job: TestJob, io: StepIo): Promise<Attempt> {
  const stage = job.tester.service.test.target;
  if (!stage) return runIn(ctx, run, job, io);
  const candidate = `${candidateTag(ctx.fleet, run.service, ctx.run)}-test`;
  const built = await ctx.engine.build(buildRequest(ctx, job.tester, { candidate, target: stage, again: true }), io);
  if (!built.ok) return failedBy(built.error);
  try {
    return await runIn(ctx, run, { ...job, image: built.value.image }, io);
  } finally {
    await ctx.engine.untag(candidate);
  }
}

async function runIn(ctx: RunContext, run: ServiceRun, job: TestJob, io: StepIo): Promise<Attempt> {
  const lastLines = new LastLines(20);
  const { resources } = ctx.fleet.settings;
  const { network, absent } = await networkFor(ctx, job.tester);
  if (absent) io.log(`${absent}\n`);
  const ran = await ctx.engine.runTest(
    {
      run: ctx.run,
      project: run.service.project,
      service: run.key,
      image: job.image,
      command: job.command,
      mounts: job.tester.service.test.mounts,
      network,
      memoryBytes: resources.memoryBytes,
      cpus: resources.cpus,
      timeoutMs: job.timeoutMs,
    },
    {
      ...io,
      log: (text) => {
        lastLines.add(text);
        io.log(text);
      },
    },
  );
  if (!ran.ok) return failedBy(ran.error);
  const { exitCode, tests, missing } = ran.value;
  const { target } = job.tester.service.test;
  const where = [target ? `in stage ${target}` : 'in the candidate', absent].filter(Boolean).join('; ');
  if (missing) return done({ kind: 'test', result: 'no-tests', tests: null, why: missing });
  if (exitCode !== 0) return failed({ code: 'test-failed', exitCode, lastLogLines: lastLines.lines });
  if (tests === 0) return done({ kind: 'test', result: 'no-tests', tests: 0, why: 'the runner executed no test' });
  return done({ kind: 'test', result: 'passed', tests, why: where });
}

/**
 * Where a test is connected to: with isolation `project` to the first network of the service. Compose makes networks with the first
 * container, so before the first replace there may be none; the test then runs without one, and `absent` says so.
 */
async function networkFor(
  { engine }: RunContext,
  { service, project }: TestJob['tester'],
): Promise<{ readonly network: string | null; readonly absent: string | null }> {
  const [first] = Object.keys((service.compose.networks as Record<string, unknown> | undefined) ?? {});
  if (service.test.isolation !== 'project' || first === undefined) return { network: null, absent: null };
  const network = project.model.networks?.[first]?.name ?? `${project.name}_${first}`;
  const observed = await engine.observe([service]);
  if (!observed.ok || observed.value.networks.includes(network)) return { network, absent: null };
  return { network: null, absent: `the network ${network} is not there yet, so without it` };
}

/** Keeps the last lines of a stream of text. */
class LastLines {
  readonly #limit: number;
  #lines: string[] = [];
  #open = '';

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(text: string): void {
    const parts = (this.#open + text).split('\n');
    this.#open = (parts.pop() ?? '').slice(-4096);
    this.#lines = [...this.#lines, ...parts].slice(-this.#limit);
  }

  get lines(): readonly string[] {
    return (this.#open ? [...this.#lines, this.#open] : this.#lines).slice(-this.#limit);
  }
}
