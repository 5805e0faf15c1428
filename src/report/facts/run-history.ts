import { type Counts, countServices, type RunState } from '../../journal/projection.ts';
import type { Instant, RunId } from '../../model/ids.ts';
import type { ExitCode } from '../../model/status.ts';
import { epochMsOf } from '../../util/instant.ts';

/** One run in a list of runs. */
export interface RunHistoryRow {
  readonly run: RunId;
  readonly command: string;
  readonly outcome: RunState['outcome'];
  readonly exitCode: ExitCode | null;
  readonly why: string;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  /** From its start to its end, or to the last that was recorded; with the pauses before it was resumed. */
  readonly durationMs: number | null;
  readonly resumed: number;
  readonly counts: Counts;
  /** Services that have not settled. */
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
  const end = state.finishedAt ?? state.lastAt;
  return {
    run: state.run,
    command: state.meta?.command ?? '',
    outcome,
    exitCode: state.exitCode,
    why: state.why,
    startedAt: state.startedAt,
    finishedAt: state.finishedAt,
    durationMs: state.startedAt && end ? epochMsOf(end) - epochMsOf(state.startedAt) : null,
    resumed: state.resumed,
    counts,
    unfinished: counts.waiting + counts.running + counts.soaking,
    ...buildsOf(state),
    downtimeMs: downtimeOf(state),
  };
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
