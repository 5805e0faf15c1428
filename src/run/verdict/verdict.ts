import type { ContainerEvent, ProbeSample } from '../../docker/port.ts';
import type { ContainerId } from '../../model/ids.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { ObservedContainer } from '../../plan/types.ts';
import { assertNever } from '../../util/assert.ts';
import { type ContainerTrack, newTrack, restarts, withEvent, withSample, withSnapshot } from './container-track.ts';
import { containerStanding, crashLooping, type Standing } from './standing.ts';
import { settlingMs, type VerdictRules } from './verdict-rules.ts';

/** Something that was seen; instants in milliseconds on the engine's clock. */
export type Observation =
  /** All containers at once; null = it is gone. */
  | { readonly type: 'snapshot'; readonly atMs: number; readonly containers: readonly (ObservedContainer | null)[] }
  | { readonly type: 'event'; readonly event: ContainerEvent }
  /** An answer of Slipway's own probe, by when it was asked for; `containers` = whom it speaks of. */
  | { readonly type: 'sample'; readonly atMs: number; readonly containers: readonly ContainerId[]; readonly sample: ProbeSample };

/**
 * A service on its way to a verdict:
 *
 * ```
 *              all containers good                 stableForMs later, still good
 *   waiting ───────────────────────────► soaking ───────────────────────────────► settled (healthy)
 *      │ │                                  │
 *      │ │ one-shot: all exited 0           │ any restart, end or unhealthy: a fall
 *      │ │ no check: has run long enough    ▼
 *      │ └───────────────────────────────► settled ◄── any container bad, or the deadline passed (too-slow)
 *      └─────────────────────────────────────┘
 * ```
 */
export type VerdictState =
  | { readonly phase: 'waiting'; readonly tracks: readonly ContainerTrack[] }
  | {
      readonly phase: 'soaking';
      readonly tracks: readonly ContainerTrack[];
      readonly verdict: Verdict;
      readonly healthyAtMs: number;
      /** Each container's restarts at the healthy verdict. */
      readonly restartsThen: readonly number[];
    }
  | {
      readonly phase: 'settled';
      readonly tracks: readonly ContainerTrack[];
      readonly verdict: Verdict;
      /** Null: it never was healthy. */
      readonly healthyAtMs: number | null;
      /** The container that a bad verdict is about. */
      readonly culprit: ContainerId | null;
    };

/** Nothing seen of these containers yet. */
export function beginVerdict(containers: readonly ContainerId[]): VerdictState {
  return { phase: 'waiting', tracks: containers.map(newTrack) };
}

/** What one more observation makes of a service. Pure; a settled state stays as it is. */
export function judge(rules: VerdictRules, state: VerdictState, observation: Observation): VerdictState {
  if (state.phase === 'settled') return state;
  const tracks = state.tracks.map((track, index) => observed(rules, state, { track, index, observation }));
  // An event has no snapshot with it: it only adds to what the next one shows.
  if (observation.type === 'event') return { ...state, tracks };
  const { atMs } = observation;
  return state.phase === 'waiting' ? judgeWaiting(rules, tracks, atMs) : judgeSoaking(rules, { ...state, tracks }, observation);
}

/** The next instant at which time alone can change the state, in milliseconds on the engine's clock. */
export function nextInstantMs(rules: VerdictRules, state: VerdictState, nowMs: number): number {
  if (state.phase === 'settled') return nowMs;
  if (state.phase === 'soaking') return state.healthyAtMs + rules.stableForMs;
  const starts = state.tracks.map((track) => (track.seen?.startedAt ? Date.parse(track.seen.startedAt) + settlingMs(rules) : 0));
  const later = [...starts, rules.beganMs + rules.intervalMs].filter((atMs) => atMs > nowMs);
  return Math.min(rules.beganMs + rules.deadlineMs, ...later);
}

function observed(
  rules: VerdictRules,
  state: VerdictState,
  { track, index, observation }: { readonly track: ContainerTrack; readonly index: number; readonly observation: Observation },
): ContainerTrack {
  switch (observation.type) {
    case 'snapshot':
      return withSnapshot(track, observation.containers[index] ?? null, rules);
    case 'event':
      return observation.event.container === track.id ? withEvent(track, observation.event, rules) : track;
    case 'sample': {
      const { atMs, sample, containers } = observation;
      if (!containers.includes(track.id)) return track;
      return withSample(track, { atMs, sample, counts: badCounts(rules, state, { track, atMs, sample }) });
    }
    default:
      return assertNever(observation);
  }
}

/** Before its first healthy verdict a service may be silent, and may answer badly for its grace period; after it, neither. */
function badCounts(
  rules: VerdictRules,
  state: VerdictState,
  { track, atMs, sample }: { readonly track: ContainerTrack; readonly atMs: number; readonly sample: ProbeSample },
): boolean {
  if (state.phase !== 'waiting') return true;
  const startedAtMs = track.seen?.startedAt ? Date.parse(track.seen.startedAt) : atMs;
  return sample.answered && atMs >= startedAtMs + rules.graceMs;
}

function judgeWaiting(rules: VerdictRules, tracks: readonly ContainerTrack[], nowMs: number): VerdictState {
  if (tracks.length === 0) {
    const verdict: Verdict = { kind: 'never-started', why: 'the service has no container' };
    return { phase: 'settled', tracks, verdict, healthyAtMs: null, culprit: null };
  }
  const standings = tracks.map((track) => containerStanding(rules, track, nowMs));
  const fallen = firstBad(tracks, standings);
  if (fallen) return { phase: 'settled', tracks, healthyAtMs: null, ...fallen };
  const waiting = standings.findIndex((standing) => standing.at === 'pending');
  if (waiting >= 0) return judgeDeadline(rules, { tracks, standings, waiting }, nowMs);
  return firstGood(rules, tracks, standings);
}

interface Waiting {
  readonly tracks: readonly ContainerTrack[];
  readonly standings: readonly Standing[];
  /** Index of the first container that is not decided. */
  readonly waiting: number;
}

function judgeDeadline(rules: VerdictRules, { tracks, standings, waiting }: Waiting, nowMs: number): VerdictState {
  if (nowMs < rules.beganMs + rules.deadlineMs) return { phase: 'waiting', tracks };
  const standing = standings[waiting]!;
  const why = standing.at === 'pending' ? standing.why : '';
  const verdict: Verdict = { kind: 'too-slow', deadlineMs: rules.deadlineMs, why };
  return { phase: 'settled', tracks, verdict, healthyAtMs: null, culprit: tracks[waiting]!.id };
}

/** A job is done, and a service without a check has been watched for as long as a soak takes: nothing is left to wait for. */
function firstGood(rules: VerdictRules, tracks: readonly ContainerTrack[], standings: readonly Standing[]): VerdictState {
  const good = standings.filter((standing) => standing.at === 'good');
  const healthyAtMs = Math.max(...good.map((standing) => standing.sinceMs));
  if (rules.kind === 'one-shot') {
    return { phase: 'settled', tracks, verdict: { kind: 'exited', exitCode: 0 }, healthyAtMs, culprit: null };
  }
  const why = tracks.length === 1 ? good[0]!.why : `${tracks.length} containers: ${good[0]!.why}`;
  const verdict: Verdict = { kind: 'healthy', why };
  const unchecked = !rules.probe && tracks.every((track) => track.seen?.health === 'none');
  if (unchecked || rules.stableForMs === 0) return { phase: 'settled', tracks, verdict, healthyAtMs, culprit: null };
  return { phase: 'soaking', tracks, verdict, healthyAtMs, restartsThen: tracks.map(restarts) };
}

function judgeSoaking(
  rules: VerdictRules,
  state: Extract<VerdictState, { phase: 'soaking' }>,
  observation: Exclude<Observation, { type: 'event' }>,
): VerdictState {
  const { tracks, verdict, healthyAtMs } = state;
  const { atMs } = observation;
  const standings = tracks.map((track, index): Standing => {
    const cameUpAgain = restarts(track) > state.restartsThen[index]! || track.seen?.state === 'restarting';
    return cameUpAgain && !track.gone ? { at: 'bad', verdict: crashLooping(track) } : containerStanding(rules, track, atMs);
  });
  const fallen = firstBad(tracks, standings);
  if (fallen) return { phase: 'settled', tracks, healthyAtMs, ...fallen };
  // Only a look at the containers can end the soak well.
  if (observation.type !== 'snapshot' || atMs < healthyAtMs + rules.stableForMs) return state;
  return { phase: 'settled', tracks, verdict, healthyAtMs, culprit: null };
}

function firstBad(
  tracks: readonly ContainerTrack[],
  standings: readonly Standing[],
): { readonly verdict: Verdict; readonly culprit: ContainerId } | null {
  for (const [index, standing] of standings.entries()) {
    if (standing.at === 'bad') return { verdict: standing.verdict, culprit: tracks[index]!.id };
  }
  return null;
}
