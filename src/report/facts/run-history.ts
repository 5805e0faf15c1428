import { type Counts, countServices, countsCutOff, type RunState } from '../../journal/projection.ts';
import type { Instant, RunId } from '../../model/ids.ts';
import type { ExitCode } from '../../model/status.ts';
import { runDurationMs } from './active-time.ts';

/** One run in a list of runs. */
export interface RunHistoryRow {
  readonly run: RunId;
  readonly command: string;
  readonly outcome: RunState['outcome'];
  readonly exitCode: ExitCode | null;
  readonly why: string;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  /** All its parts, the last one to its end or to the last that was recorded; without the time between a crash and a resume. */
  readonly durationMs: number | null;
  readonly resumed: number;
  readonly counts: Counts;
  /** Services still to be done while the run is executed; those of one that was cut off are pending. */
  readonly unfinished: number;
  /** Images that were built, and how many of BuildKit's steps for them came from its cache. */
  readonly builds: number;
  readonly cachedSteps: number;
  readonly totalSteps: number;
  /** 0 to 1; null when nothing was built. */
  readonly cacheHitRate: number | null;
  /** Of all services together. */
  readonly downtimeMs: number;
}

/** A run as a row; `outcome`: how it stands now, where that is known better than from its journal alone (`outcomeNow`). */
export function runHistoryRow(state: RunState, outcome: RunState['outcome'] = state.outcome): RunHistoryRow {
  const counts = countServices(state);
  const row: RunHistoryRow = {
    run: state.run,
    command: state.meta?.command ?? '',
    outcome: state.outcome,
    exitCode: state.exitCode,
    why: state.why,
    startedAt: state.startedAt,
    finishedAt: state.finishedAt,
    durationMs: runDurationMs(state, { live: false, nowMs: 0 }),
    resumed: state.resumed,
    counts,
    unfinished: counts.waiting + counts.running + counts.soaking,
    ...buildsOf(state),
    downtimeMs: downtimeOf(state),
  };
  return historyRowNow(row, outcome);
}

/** The same row of a run that stands otherwise than its journal says. */
export function historyRowNow(row: RunHistoryRow, outcome: RunState['outcome']): RunHistoryRow {
  return outcome === 'running' ? { ...row, outcome } : { ...row, outcome, counts: countsCutOff(row.counts), unfinished: 0 };
}

/** A build that was found done by another service's counts once. */
function buildsOf({ services }: RunState) {
  const built = [...services.values()].flatMap(({ steps }) =>
    steps.flatMap(({ outcome }) => (outcome.status === 'done' && outcome.facts.kind === 'build' ? [outcome.facts] : [])),
  );
  const cachedSteps = built.reduce((sum, facts) => sum + facts.cachedSteps, 0);
  const totalSteps = built.reduce((sum, facts) => sum + facts.totalSteps, 0);
  return { builds: built.length, cachedSteps, totalSteps, cacheHitRate: totalSteps === 0 ? null : cachedSteps / totalSteps };
}

function downtimeOf({ services }: RunState): number {
  return [...services.values()].reduce((sum, { phase }) => sum + ((phase.kind === 'settled' && phase.downtimeMs) || 0), 0);
}
