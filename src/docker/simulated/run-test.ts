import { err, ok, type Result } from '../../model/result.ts';
import { type Helper, helperLabels, helperName } from '../labels.ts';
import type { StepFailure, StepIo, TestFacts, TestRequest } from '../port.ts';
import type { Caller } from './caller.ts';
import type { Container } from './containers.ts';
import type { Fault } from './faults.ts';
import type { Life } from './life.ts';
import type { World } from './world.ts';

type How = Extract<Fault, { readonly fault: 'test' }>['how'];

/** Who runs a test: the Slipway itself, with no process between it and the engine. */
export interface Tester {
  readonly world: World;
  readonly life: Life;
  readonly caller: Caller;
}

/** Runs a test in a container of its own, which is gone afterwards; one of a killed Slipway is left behind with its labels. */
export async function runTest(tester: Tester, request: TestRequest, io: StepIo): Promise<Result<TestFacts, StepFailure>> {
  if (io.signal.aborted) return err({ failure: { code: 'interrupted' }, transient: false });
  const { world, caller } = tester;
  const helper: Helper = { role: 'test', ...request };
  const name = helperName(helper, world.random.hex(8));
  const how = world.faults.test(request.service);
  const tookMs = how === 'times-out' ? Number.POSITIVE_INFINITY : world.durations.takes(request.service, 'testMs');
  const behaviour = { kind: 'exits', afterMs: tookMs, exitCode: how === null ? 0 : 1, times: null } as const;
  const spec = { name, image: request.image, labels: helperLabels(helper), definition: null, behaviour };
  const container = await caller.create(spec);
  try {
    return await startAndWait(tester, { request, container, how, tookMs }, io);
  } finally {
    await caller.discard(container.id).catch(() => {});
  }
}

interface Testing {
  readonly request: TestRequest;
  readonly container: Container;
  readonly how: How | null;
  readonly tookMs: number;
}

async function startAndWait(
  { world, life, caller }: Tester,
  { request, container, how, tookMs }: Testing,
  io: StepIo,
): Promise<Result<TestFacts, StepFailure>> {
  await caller.start(container.id);
  const limitMs = Math.min(tookMs, request.timeoutMs);
  await world.outage.unlessLost(life, life.clock.sleep(limitMs, io.signal));
  await caller.request(() => world.machine.kill(container));
  if (io.signal.aborted) return err({ failure: { code: 'interrupted' }, transient: false });
  if (tookMs > request.timeoutMs) {
    return err({ failure: { code: 'test-timeout', afterMs: request.timeoutMs, lastLogLines: [] }, transient: false });
  }
  io.log(`${request.command.join(' ')}: ${how ?? 'passed'}\n`);
  return outcome(how);
}

function outcome(how: How | null): Result<TestFacts, StepFailure> {
  switch (how) {
    case null:
    case 'times-out':
      return ok({ exitCode: 0, tests: 3, missing: null });
    case 'fails':
      return ok({ exitCode: 1, tests: 3, missing: null });
    case 'no-tests':
      return ok({ exitCode: 5, tests: 0, missing: 'the test runner found no test' });
    case 'out-of-memory':
      return err({ failure: { code: 'test-out-of-memory', limit: '512 MiB', lastLogLines: [] }, transient: false });
  }
}
