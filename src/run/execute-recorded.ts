import { resolve } from 'node:path';
import { EngineUnavailable } from '../docker/port.ts';
import type { JournalWriter } from '../journal/file-journal.ts';
import { openRunLogs } from '../journal/logs.ts';
import type { RunState } from '../journal/projection.ts';
import { createRedactor } from '../journal/redact.ts';
import type { RunFolder } from '../journal/runs.ts';
import type { ServiceState } from '../journal/service-state.ts';
import { openStateFile } from '../journal/state-file.ts';
import type { ServiceKey } from '../model/ids.ts';
import { EXIT } from '../model/status.ts';
import { selectServices } from '../plan/selection.ts';
import type { Plan, Tested } from '../plan/types.ts';
import { counted } from '../util/human.ts';
import { type Conclusion, conclude } from './conclude.ts';
import type { Record, RunContext } from './context.ts';
import { type Board, endedWell, type Replaced } from './executor/board.ts';
import { executePlan } from './executor/executor.ts';
import { PauseGate } from './executor/pause.ts';
import { failureLimit } from './executor/policy.ts';
import { maxFailuresOf } from './max-failures.ts';
import type { World } from './planning.ts';
import type { RebuildDeps, RebuildResult, RunRequest } from './rebuild-types.ts';
import { placedEarlier } from './recovery/placed-earlier.ts';
import { clearLeftovers } from './recovery/repair.ts';
import { isCompleted } from './recovery/resume.ts';
import { adoptPresent, storeReleaseOf } from './releases/release-of-run.ts';
import { keyPlace, storedBefore } from './releases/stored-before.ts';
import type { StoredForms } from './rollback/stored-forms.ts';
import { makeHooks } from './run-hooks.ts';
import type { Stock } from './stock.ts';

/** A run whose start is recorded. */
export interface Recorded {
  readonly world: World;
  readonly folder: RunFolder;
  readonly deps: RebuildDeps;
  readonly request: RunRequest;
  readonly plan: Plan;
  readonly forms: StoredForms;
  readonly stock: Stock;
  readonly journal: JournalWriter;
  readonly record: Record;
  readonly state: () => RunState;
  readonly replaced: ReadonlyMap<ServiceKey, Replaced>;
  readonly tested: ReadonlyMap<ServiceKey, Tested>;
}

/** Executes the plan of a recorded run, keeps its state file and logs, and records its end. */
export async function executeRecorded(recorded: Recorded): Promise<RebuildResult> {
  const { world, folder, deps, plan, journal } = recorded;
  const { fleet } = world;
  const { settings } = fleet;
  const place = { directory: resolve(fleet.root, settings.monitoring.logDirectory), phase: settings.phase, run: folder.run };
  const services = fleet.services.map((s) => s.key);
  const logs = openRunLogs(deps.disk, place, {
    services,
    redactor: createRedactor(fleet.projects.map((p) => p.model)),
    onProblem: deps.say,
  });
  const stateFile = await openStateFile({
    disk: deps.disk,
    path: resolve(fleet.root, settings.monitoring.stateFile),
    phase: settings.phase,
    configured: fleet.services.filter((s) => s.category !== null).map((s) => s.key),
    earlier: world.runs.filter((r) => r.run !== folder.run).map((r) => r.state),
    run: recorded.state(),
    clock: deps.clock,
    onProblem: deps.say,
  });
  const stopListening = journal.subscribe((event) => {
    stateFile.listen(event);
    // Its logs are closed when it is settled, or a large fleet would run out of open files.
    if (event.type === 'service-settled') void logs.finish(event.service);
  });
  const logFolder = resolve(place.directory, folder.run);
  const pause = new PauseGate();
  deps.onLive({
    fleet,
    plan,
    run: folder.run,
    logs: logFolder,
    state: recorded.state(),
    subscribe: (listener) => journal.subscribe(listener),
    note: logs.note,
    record: recorded.record,
    stop: deps.stop,
    pause,
  });
  try {
    const board = await runPlan(recorded, { logs, pause });
    if (!board) return { kind: 'ran', exitCode: EXIT.couldNotStart, state: recorded.state(), plan, logs: logFolder };
    const { exitCode } = await finish(recorded, board);
    return { kind: 'ran', exitCode, state: recorded.state(), plan, logs: logFolder };
  } finally {
    stopListening();
    await stateFile.close();
    await logs.close();
  }
}

/** Null: what runs could not be recorded, or the before_run hook refused. */
async function runPlan(recorded: Recorded, { logs, pause }: Pick<RunContext, 'logs' | 'pause'>): Promise<Board | null> {
  const { world, folder, deps, plan, record, stock } = recorded;
  const { fleet } = world;
  const hooks = makeHooks(fleet, deps.env, record);
  const ctx: RunContext = {
    run: folder.run,
    fleet,
    plan,
    options: plan.options,
    engine: deps.engine,
    clock: deps.clock,
    record,
    logs,
    stop: deps.stop,
    pause,
    hooks,
    forms: recorded.forms,
    storedBefore: (service) =>
      storedBefore({ disk: deps.disk, fleet, key: keyPlace(fleet, deps.configHome), run: folder.run, stock, service, record }),
  };
  if (!(await adoptPresent(recorded))) return null;
  const before = await hooks('before_run', { run: folder.run, service: null });
  if (before && before !== 'passed') {
    const message = `the before_run hook ${before.command.join(' ')} ended with ${before.exitCode ?? 'a signal'}; nothing was started`;
    await record({ type: 'notice', severity: 'warning', code: 'hook-failed', service: null, message });
    await record({ type: 'run-finished', outcome: 'failed', exitCode: EXIT.couldNotStart, why: 'the before_run hook failed' });
    return null;
  }
  const selected = selectServices(fleet, plan.options);
  const count = selected.ok ? selected.value.chosen.size : plan.services.length;
  const limit = failureLimit(maxFailuresOf(plan.options, fleet.settings), count);
  const { records, fingerprints } = stock;
  const { replaced, tested } = recorded;
  const state = recorded.state();
  const earlier = placedEarlier(state, plan);
  const waves = new Map([...state.services.values()].map(({ service, wave }) => [service, wave]));
  return executePlan(ctx, { records, fingerprints, replaced, tested, earlier, waves, failureLimit: limit });
}

/** A continuation that was narrowed to some services leaves the run open for the others. */
function leftOpen(conclusion: Conclusion, { state, request }: Recorded): Conclusion {
  const { services, categories } = request.changes;
  if (!request.continue || services.length + categories.length === 0 || conclusion.outcome !== 'done') return conclusion;
  const puttingBack = state().meta?.command !== 'rebuild';
  const isDone = (s: ServiceState) => isCompleted(s) || (puttingBack && s.lastSettled !== null && endedWell(s.lastSettled));
  const left = [...state().services.values()].filter((s) => !isDone(s)).length;
  return left === 0
    ? conclusion
    : { ...conclusion, outcome: 'interrupted', why: `${conclusion.why}, ${counted(left, 'service')} left for later` };
}

/** Records the end, then clears what only the run itself needed. */
async function finish(recorded: Recorded, board: Board) {
  const { world, folder, deps, record } = recorded;
  const conclusion = leftOpen(conclude(board, deps.stop), recorded);
  const after = await makeHooks(world.fleet, deps.env, record)('after_run', { run: folder.run, service: null });
  if (after && after !== 'passed') {
    const message = `the after_run hook ${after.command.join(' ')} ended with ${after.exitCode ?? 'a signal'}`;
    await record({ type: 'notice', severity: 'warning', code: 'hook-failed', service: null, message });
  }
  if (conclusion.outcome === 'done') await clearCandidates(recorded);
  await record({ type: 'run-finished', ...conclusion });
  await storeReleaseOf(recorded);
  return conclusion;
}

/** An engine that is lost at the very end takes nothing of the success away: the next run clears what is left. */
async function clearCandidates({ deps, world, record }: Recorded): Promise<void> {
  try {
    await clearLeftovers(deps.engine, world.fleet, record, null);
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    const message = `candidates of the run were not cleared: ${error.message}`;
    await record({ type: 'notice', severity: 'warning', code: 'engine-error', service: null, message });
  }
}
