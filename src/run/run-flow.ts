import type { EventBody, RunCommand } from '../journal/events.ts';
import { type JournalWriter, openJournal } from '../journal/file-journal.ts';
import { JournalError } from '../journal/problems.ts';
import { emptyRun, GrowingRun, type RunState } from '../journal/projection.ts';
import { createRedactor } from '../journal/redact.ts';
import { createRun, type LoadedRun, type RunFolder, writePlan } from '../journal/runs.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { ok } from '../model/result.ts';
import { EXIT } from '../model/status.ts';
import type { Plan, PlanOptions } from '../plan/types.ts';
import { counted } from '../util/human.ts';
import type { Record as RecordEvent } from './context.ts';
import { executeRecorded, type Recorded } from './execute-recorded.ts';
import type { StopController } from './executor/stop.ts';
import { lookForObstacles } from './obstacles.ts';
import type { MakePlan, Planner, Resumed, RunPlan } from './planner.ts';
import type { World } from './planning.ts';
import { planRebuildRun } from './rebuild-planner.ts';
import type { RebuildDeps, RebuildResult, RunRequest } from './rebuild-types.ts';
import { endLost, finishRollbacks } from './recovery/finish-rollbacks.ts';
import { clearLeftovers, EngineLost, type Repaired, repairRun } from './recovery/repair.ts';
import { checkNarrowing, continuedOptions, isNarrowed, replacedSoFar, resumeFacts } from './recovery/resume.ts';
import { settleUnchanged } from './recovery/settle-unchanged.ts';
import { planRollbackRun } from './rollback/rollback-planner.ts';
import { takeStock } from './stock.ts';

/** Starts a new run; what a crashed one left is put in order first and that run marked abandoned (product contract, section 6). */
export async function startRun(
  { world: found, planner, request }: { readonly world: World; readonly planner: Planner; readonly request: RunRequest },
  deps: RebuildDeps,
): Promise<RebuildResult> {
  const wanted = await planner.check(found, deps);
  if (!wanted.ok) return refused(wanted.error);
  const last = found.runs.at(-1);
  const abandoned = last && isOpen(last.state) ? await abandon(found, last, deps) : { world: found };
  if ('refusal' in abandoned) return abandoned.refusal;
  const before = abandoned.world;
  const prepared = planner.prepare ? await planner.prepare(before, deps) : ok(before);
  if (!prepared.ok) return refused(prepared.error);
  const world = prepared.value;
  const obstacles = lookForObstacles(planner.command, deps);
  const planned = await planAfresh(world, { options: wanted.value.options, makePlan: planner.plan }, deps);
  if ('refusal' in planned) return planned.refusal;
  const moved = wanted.value.moved(planned.plan);
  if (hasErrors(moved)) return refused(moved);
  if (planner.command !== 'rebuild' && planned.plan.services.length === 0) return nothingToPutBack(planned.plan);
  const inTheWay = await obstacles({ world, ...planned, load: request.load });
  if (inTheWay.length > 0) return refused(inTheWay);
  if (deps.stop.draining.aborted) return stoppedBefore(deps.stop);
  const folder = await createRun(deps.disk, world.fleet.root, deps.clock);
  if (!folder.ok) return refused([folder.error]);
  return withJournal(folder.value, world, deps, async (journal) => {
    const written = await writePlan(deps.disk, folder.value, planned.plan);
    if (!written.ok) return refused([written.error]);
    await clearLeftovers(deps.engine, world.fleet, journal.record, null);
    await journal.record(startedEvent(world, { plan: planned.plan, command: planner.command }, deps));
    return executeRecorded({
      ...journal,
      ...planned,
      world,
      folder: folder.value,
      deps,
      replaced: new Map(),
      tested: new Map(),
      request,
    });
  });
}

/** Goes on with the last run: same id, recorded options but for what was changed, successes kept. */
export async function continueRun(world: World, request: RunRequest, deps: RebuildDeps): Promise<RebuildResult> {
  const last = world.runs.at(-1);
  if (!last?.state.meta) return refused([noRun(world)]);
  if (last.state.outcome === 'done')
    return { kind: 'nothing', message: `run ${last.run} is done: nothing to continue`, exitCode: EXIT.done };
  const outside = checkNarrowing(last.state.meta.options, request.changes);
  if (outside.length > 0) return refused(outside);
  const { command } = last.state.meta;
  const options = continuedOptions(last.state.meta.options, request.changes);
  return withJournal(last, world, deps, async (journal) => {
    const repaired = await repairRun(deps.engine, world.fleet, last.state, journal.record);
    await clearLeftovers(deps.engine, world.fleet, journal.record, last.run);
    const lost = await finishOpen(world, last, { deps, record: journal.record, repaired });
    if (lost.size > 0) return endLost(lost, journal.record);
    const state = journal.state();
    const replaced = replacedSoFar(state, repaired.replaced);
    const resumed = { state, replaced: repaired.replaced, changes: request.changes };
    const obstacles = lookForObstacles(command, deps);
    const planned = await planAfresh(world, { options, makePlan: MAKE_PLAN[command], resumed }, deps);
    if ('refusal' in planned) return planned.refusal;
    const inTheWay = await obstacles({ world, ...planned, load: request.load });
    if (inTheWay.length > 0) return refused(inTheWay);
    const services = planned.plan.services.map((s) => s.service);
    await journal.record({ type: 'run-resumed', options, plan: planned.plan.plan, services });
    if (!isNarrowed(request.changes)) await settleUnchanged({ state, ...planned }, journal.record);
    const tested = new Map([...resumeFacts(state, replaced).tested].map(([key, { result }]) => [key, result] as const));
    return executeRecorded({ ...journal, ...planned, world, folder: last, deps, replaced, tested, request });
  });
}

/** How a run that is continued is planned. */
const MAKE_PLAN: Readonly<Record<RunCommand, MakePlan>> = {
  rebuild: planRebuildRun,
  rollback: planRollbackRun,
  restore: planRollbackRun,
};

/** A rollback that is a step of the plan is done again by the plan; one that a policy began is finished first. */
async function finishOpen(
  world: World,
  last: LoadedRun,
  { deps, record, repaired }: { readonly deps: RebuildDeps; readonly record: RecordEvent; readonly repaired: Repaired },
): ReturnType<typeof finishRollbacks> {
  if (last.state.meta?.command !== 'rebuild') return new Map();
  return finishRollbacks({ world, run: last.run, deps, record, intents: repaired.rollingBack });
}

function nothingToPutBack({ untouched }: Plan): RebuildResult {
  const reasons = [...new Set(untouched.map(({ cause }) => cause.text).filter((text) => text !== 'not named'))];
  return { kind: 'nothing', message: `Nothing to put back: ${reasons.join('; ')}`, exitCode: EXIT.done };
}

/** Stopped by a signal before anything was started. */
export function stoppedBefore({ reason }: StopController): RebuildResult {
  const terminated = reason?.kind === 'signal' && reason.signal !== 'SIGINT';
  return {
    kind: 'nothing',
    message: 'Stopped before anything was started',
    exitCode: terminated ? EXIT.terminated : EXIT.interrupted,
  };
}

/** A refusal: nothing was started. */
export function refused(diagnostics: readonly Diagnostic[]): RebuildResult {
  return { kind: 'refused', diagnostics, exitCode: EXIT.couldNotStart };
}

/** Whether a run may have left something half-way. */
function isOpen(state: RunState): boolean {
  return state.outcome === 'running' || state.outcome === 'interrupted';
}

async function planAfresh(
  world: World,
  { options, makePlan, resumed }: { readonly options: PlanOptions; readonly makePlan: MakePlan; readonly resumed?: Resumed },
  deps: RebuildDeps,
): Promise<(RunPlan & { readonly stock: Recorded['stock'] }) | { readonly refusal: RebuildResult }> {
  const earlier = world.runs.map((r) => (r.run === resumed?.state.run ? resumed.state : r.state));
  const stock = await takeStock(deps, world.fleet, earlier);
  if (!stock.ok) return { refusal: refused([stock.error]) };
  const made = await makePlan({ world, runs: earlier, stock: stock.value, options, sources: deps, resumed: resumed ?? null });
  if (!made.ok) return { refusal: refused(made.error) };
  for (const diagnostic of made.value.plan.diagnostics) if (diagnostic.severity === 'warning') deps.say(diagnostic);
  return { ...made.value, stock: stock.value };
}

/** The journal as the run works with it. */
interface OpenedJournal {
  readonly journal: JournalWriter;
  readonly record: (body: EventBody) => Promise<void>;
  /** The run as recorded so far. */
  readonly state: () => RunState;
}

async function withJournal(
  folder: RunFolder,
  world: World,
  deps: RebuildDeps,
  work: (opened: OpenedJournal) => Promise<RebuildResult>,
): Promise<RebuildResult> {
  const { afterAppend, clock, disk } = deps;
  const redact = createRedactor(world.fleet.projects.map((p) => p.model)).text;
  const opened = await openJournal(disk, folder, clock, { redact, ...(afterAppend ? { afterAppend } : {}) });
  if (!opened.ok) return refused([opened.error]);
  const journal = opened.value;
  if (journal.found.torn) deps.say(cutShort(journal));
  const growing = new GrowingRun(world.runs.find((r) => r.run === folder.run)?.state ?? emptyRun(folder.run));
  journal.subscribe((event) => growing.apply(event));
  const record = async (body: EventBody) => void (await journal.append(body));
  try {
    return await work({ journal, record, state: () => growing.state() });
  } catch (error) {
    if (error instanceof JournalError) return { kind: 'broken', diagnostics: [error.diagnostic], exitCode: EXIT.serviceFailed };
    if (error instanceof EngineLost) return refused([{ code: 'engine-error', severity: 'error', message: error.message }]);
    throw error;
  } finally {
    await journal.close();
  }
}

/** Repairs a run that will not be continued, and closes its record. A new one starts from what the record says then. */
async function abandon(
  world: World,
  last: LoadedRun,
  deps: RebuildDeps,
): Promise<{ readonly refusal: RebuildResult } | { readonly world: World }> {
  let closed = last.state;
  const result = await withJournal(last, world, deps, async ({ record, state }) => {
    const repaired = await repairRun(deps.engine, world.fleet, last.state, record);
    const lost = await finishOpen(world, last, { deps, record, repaired });
    if (lost.size > 0) return endLost(lost, record);
    await record({
      type: 'run-finished',
      outcome: 'abandoned',
      exitCode: EXIT.interrupted,
      why: 'a new run was started instead of continuing this one',
    });
    closed = state();
    return { kind: 'nothing', message: '', exitCode: EXIT.done };
  });
  if (result.kind === 'refused' || result.kind === 'broken') return { refusal: result };
  deps.say({
    code: 'run-abandoned',
    severity: 'warning',
    message: `run ${last.run} had not ended: it was put in order and abandoned`,
  });
  return { world: { ...world, runs: world.runs.map((r) => (r.run === last.run ? { ...r, state: closed } : r)) } };
}

function startedEvent(
  world: World,
  { plan, command }: { readonly plan: Plan; readonly command: RunCommand },
  deps: RebuildDeps,
): EventBody {
  const services = plan.services.map(({ service, category, wave }) => ({ service, category, wave }));
  const { docker, compose, buildx } = world.engineFacts;
  return {
    type: 'run-started',
    phase: world.fleet.settings.phase,
    plan: plan.plan,
    command,
    options: plan.options,
    services,
    slipway: deps.version,
    engine: { docker, compose, buildx },
  };
}

/** What a crash in the middle of a write leaves; the steps that it was about are looked up on the engine. */
function cutShort({ run, path, found }: JournalWriter): Diagnostic {
  return {
    code: 'journal-cut-short',
    severity: 'warning',
    message: `The last record of run ${run} was cut short and is left out (${counted(found.torn?.bytes ?? 0, 'byte')})`,
    file: path,
    remedy: 'What it told is found out anew: what runs on the engine counts',
  };
}

function noRun({ fleet }: World): Diagnostic {
  const message = `there is no run of phase ${fleet.settings.phase} to continue`;
  return { code: 'no-run', severity: 'error', message, remedy: 'start one with `slipway rebuild`' };
}
