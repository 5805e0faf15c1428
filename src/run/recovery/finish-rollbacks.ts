import type { RunState } from '../../journal/projection.ts';
import type { OpenIntent, ServiceState } from '../../journal/service-state.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Failure } from '../../model/failure.ts';
import type { RunId, ServiceKey } from '../../model/ids.ts';
import { EXIT } from '../../model/status.ts';
import type { PlannedService } from '../../plan/types.ts';
import { counted } from '../../util/human.ts';
import { shellLine } from '../../util/shell-words.ts';
import { type Record, type StepContext, serviceOf } from '../context.ts';
import { ServiceRun } from '../executor/board.ts';
import { PauseGate } from '../executor/pause.ts';
import { rollBack } from '../executor/steps/rollback.ts';
import type { World } from '../planning.ts';
import type { RebuildDeps, RebuildResult } from '../rebuild-types.ts';
import { keyPlace, storedBefore } from '../releases/stored-before.ts';
import { makeHooks } from '../run-hooks.ts';
import { takeStock } from '../stock.ts';
import { EngineLost } from './repair.ts';

type RollbackFailure = Extract<Failure, { code: 'rollback-failed' }>;

/** Rollbacks that a crash or an interruption cut off. */
export interface OpenRollbacks {
  readonly world: World;
  readonly run: RunId;
  readonly deps: RebuildDeps;
  readonly record: Record;
  readonly intents: ReadonlyMap<ServiceKey, OpenIntent>;
}

/**
 * Does them to the end and judges them, before anything else is done to these services. One that is interrupted again stays open. Returns
 * those that failed: after them nothing new may be started.
 */
export async function finishRollbacks({
  world,
  run,
  deps,
  record,
  intents,
}: OpenRollbacks): Promise<ReadonlyMap<ServiceKey, RollbackFailure>> {
  const { fleet } = world;
  const { engine, clock, stop } = deps;
  const lost = new Map<ServiceKey, RollbackFailure>();
  if (intents.size === 0) return lost;
  const taken = await takeStock(
    deps,
    fleet,
    world.runs.map((r) => r.state),
  );
  if (!taken.ok) throw new EngineLost(taken.error.message);
  const stock = taken.value;
  for (const [key, { intent }] of intents) {
    if (intent.kind !== 'rollback') continue;
    const found = serviceOf(fleet, key);
    const service = new ServiceRun({
      planned: nothingPlanned(key),
      ...found,
      tested: 'untested',
      fingerprint: null,
      replaced: {
        containers: intent.before.containers,
        image: intent.before.image ?? intent.image,
        before: { ...intent.before, image: intent.image },
        stoppedAt: null,
      },
    });
    const logs = { build: () => {}, test: () => {} };
    const ctx: StepContext = {
      run,
      fleet,
      engine,
      clock,
      record,
      logs,
      stop,
      pause: new PauseGate(),
      hooks: makeHooks(fleet, deps.env, record),
      storedBefore: (s) =>
        storedBefore({ disk: deps.disk, fleet, key: keyPlace(fleet, deps.configHome), run, stock, service: s, record }),
    };
    const outcome = await rollBack(ctx, service, intent.why);
    if (outcome?.status === 'interrupted') continue;
    const back = outcome?.status === 'done';
    if (outcome?.status === 'failed' && outcome.failure.code === 'rollback-failed') lost.set(key, outcome.failure);
    await record({
      type: 'service-settled',
      service: key,
      status: back ? 'rolled-back' : 'failed',
      failure: outcome?.status === 'failed' ? outcome.failure : whyTakenBack(world.runs.find((r) => r.run === run)?.state, key),
      image: intent.image,
      tested: 'untested',
      fingerprint: null,
      downtimeMs: null,
    });
  }
  return lost;
}

/** Why a policy took a service back, as the journal tells it: its own failed step, else the service whose failure it went back with. */
export function whyTakenBack(state: RunState | undefined, key: ServiceKey): Failure {
  const services = [...(state?.services.values() ?? [])];
  const own = services.find(({ service }) => service === key);
  const culprit = services.find((service) => service !== own && failedStep(service) !== null);
  return (own && failedStep(own)) ?? { code: 'dependency-fell', dependency: culprit?.service ?? key };
}

function failedStep({ steps }: ServiceState): Failure | null {
  const failed = steps.findLast(({ outcome }) => outcome.status === 'failed')?.outcome;
  return failed?.status === 'failed' ? failed.failure : null;
}

/** A run whose rollback failed ends there and then, with the commands for the operator (exit code 3). */
export async function endLost(lost: ReadonlyMap<ServiceKey, RollbackFailure>, record: Record): Promise<RebuildResult> {
  const exitCode = EXIT.rollbackFailed;
  await record({ type: 'run-finished', outcome: 'failed', exitCode, why: `${counted(lost.size, 'rollback')} failed: look now` });
  const diagnostics = [...lost].map(
    ([service, { code, message, commands }]): Diagnostic => ({
      code,
      severity: 'error',
      service,
      message: `ROLLBACK FAILED: ${service}: ${message}`,
      remedy: `run these: ${commands.map(shellLine).join(' && ')}`,
    }),
  );
  return { kind: 'refused', diagnostics, exitCode };
}

function nothingPlanned(service: ServiceKey): PlannedService {
  const cause = { code: 'rolled-back', text: 'its rollback was cut off' } as const;
  const strategy = { order: 'none', why: '' } as const;
  return {
    service,
    category: '',
    risk: 'low',
    effectiveRisk: 'low',
    critical: false,
    wave: 0,
    cause,
    strategy,
    steps: [],
    requires: [],
    estimateMs: null,
  };
}
