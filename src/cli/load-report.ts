import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createDockerEngine } from '../docker/engine.ts';
import type { RunState } from '../journal/projection.ts';
import { readPlan, runFolder } from '../journal/runs.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ImageId, RunId } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import { type ReportInput, reportOf } from '../report/document/report.ts';
import { builtSizes, unsizedImages } from '../report/document/sizes.ts';
import type { Report } from '../report/document/types.ts';
import { mapBounded } from '../util/bounded.ts';
import { readHostIdentity } from '../util/host-identity.ts';
import { nearest } from '../util/nearest.ts';
import { nodeDisk } from '../util/node-disk.ts';
import { type HistoryPlace, logFolder } from './fleet-history.ts';
import { logEnds } from './log-end.ts';
import type { CommonValues } from './options/common.ts';
import { followingCommand } from './output/last-words.ts';
import { loadPhaseHistory, outcomeNow, type PhaseHistory } from './phase-history.ts';
import type { World } from './world.ts';

/** The operators' own file, beside the Compose files. */
export const STATUS_FILE = 'REBUILD_STATUS.md';

/** How long an engine may take to tell the sizes of images, milliseconds: a report does without. */
const ENGINE_WAIT_MS = 3000;
/** How many images the engine is asked about, and how many at once. */
const IMAGES_AT_MOST = 1000;
const IMAGES_AT_ONCE = 8;

/** A report with what it was made from. */
export interface LoadedReport {
  readonly report: Report;
  readonly history: PhaseHistory;
  /** What was passed over. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Who asks for a report, and of which run; null = the newest. */
interface Asked {
  readonly run: RunId | null;
  readonly world: World;
  readonly values: Pick<CommonValues, 'projectDir' | 'config'>;
}

/** The report of a run, from its journal, its plan, its logs and the engine, as far as they can be read. */
export async function loadReport(place: HistoryPlace, asked: Asked): Promise<Result<LoadedReport, readonly Diagnostic[]>> {
  const history = await loadPhaseHistory(place, await readHostIdentity(asked.world.pid));
  const state = chosenRun(history, asked.run);
  if (!state.ok) return err([...history.diagnostics, state.error]);
  const { run } = state.value;
  const plan = await readPlan(nodeDisk, { run, dir: runFolder(place.root, run) });
  const input = await inputFor(place, { history, state: state.value, asked });
  const known = { ...input, plan: plan.ok ? plan.value : null };
  const sizes = await askSizes(unsizedImages(reportOf(known)), asked.world);
  const report = reportOf({ ...known, sizes: new Map([...known.sizes, ...sizes]) });
  const diagnostics: readonly Diagnostic[] = plan.ok ? [] : [{ ...plan.error, severity: 'warning' }];
  return ok({ report, history, diagnostics: [...history.diagnostics, ...diagnostics] });
}

async function inputFor(
  place: HistoryPlace,
  { history, state, asked }: { readonly history: PhaseHistory; readonly state: RunState; readonly asked: Asked },
): Promise<Omit<ReportInput, 'plan'>> {
  const { world, values } = asked;
  const shownAs = (path: string) => relative(world.cwd, path) || '.';
  const keys = new Set([...history.phase.services.map((s) => s.service), ...state.services.keys()]);
  return {
    state,
    outcome: outcomeNow(state, history.live),
    nowMs: world.clock.now(),
    sizes: builtSizes(history.runsOldestFirst),
    excerpts: await logEnds(place, state, { keys, shownAs }),
    logs: shownAs(join(logFolder(place), state.run)),
    statusFile: existsSync(join(place.root, STATUS_FILE)) ? 'there' : 'none',
    command: followingCommand(world, values),
  };
}

function chosenRun({ runsOldestFirst, phase }: PhaseHistory, wanted: RunId | null): Result<RunState, Diagnostic> {
  const last = runsOldestFirst.at(-1);
  if (!last) {
    const message = `phase ${phase.phase} has no run yet`;
    return err({ code: 'no-run', severity: 'error', message, remedy: 'Start one: slipway rebuild' });
  }
  const found = wanted === null ? last : runsOldestFirst.find(({ run }) => run === wanted);
  if (found) return ok(found);
  const close = nearest(
    wanted!,
    runsOldestFirst.map(({ run }) => run),
  );
  return err({
    code: 'unknown-run',
    severity: 'error',
    message: `phase ${phase.phase} has no run ${wanted}`,
    remedy: close === undefined ? 'slipway runs lists them' : `Did you mean ${close}?`,
  });
}

/** An engine that is away, slow, or no longer has an image costs the report nothing but the size. */
async function askSizes(images: readonly ImageId[], { env, clock }: World): Promise<ReadonlyMap<ImageId, number>> {
  const sizes = new Map<ImageId, number>();
  if (images.length === 0) return sizes;
  const engine = createDockerEngine(env);
  const ask = async (image: ImageId) => {
    const info = await engine.image(image);
    if (info) sizes.set(image, info.sizeBytes);
  };
  const asked = mapBounded(images.slice(0, IMAGES_AT_MOST), IMAGES_AT_ONCE, ask).catch(() => {});
  await Promise.race([asked, clock.sleep(ENGINE_WAIT_MS)]);
  return new Map(sizes);
}
