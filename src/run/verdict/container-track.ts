import type { ContainerEvent, ProbeSample } from '../../docker/port.ts';
import type { ContainerId } from '../../model/ids.ts';
import type { ObservedContainer } from '../../plan/types.ts';
import type { VerdictRules } from './verdict-rules.ts';

/** What has been seen of one container so far. */
export interface ContainerTrack {
  readonly id: ContainerId;
  /** The newest snapshot; null before the first, or when there never was such a container. */
  readonly seen: ObservedContainer | null;
  readonly gone: boolean;
  /** Docker's restart counter before anything that counts here. */
  readonly baseRestarts: number;
  /** How often it was seen to start anew. */
  readonly starts: number;
  /** How it ended last, if it did. */
  readonly exitCode: number | null;
  /** Answers of Slipway's own probe in a row, since the container's present start. */
  readonly good: number;
  readonly bad: number;
  /** When the newest good answer was asked for. */
  readonly goodAtMs: number | null;
  readonly lastAnswer: string | null;
}

/** Nothing seen yet. */
export function newTrack(id: ContainerId): ContainerTrack {
  const nothing = { starts: 0, exitCode: null, good: 0, bad: 0, goodAtMs: null, lastAnswer: null };
  return { id, seen: null, gone: false, baseRestarts: 0, ...nothing };
}

/** When the container started last; null when it never did. */
export function startedMs(track: ContainerTrack): number | null {
  return track.seen?.startedAt ? Date.parse(track.seen.startedAt) : null;
}

/** How often the container came up again since the step began, by Docker's counter or by its start times. */
export function restarts(track: ContainerTrack): number {
  return Math.max((track.seen?.restartCount ?? 0) - track.baseRestarts, track.starts);
}

/** A new snapshot: a new start makes earlier answers worthless. */
export function withSnapshot(track: ContainerTrack, snapshot: ObservedContainer | null, rules: VerdictRules): ContainerTrack {
  if (!snapshot) return { ...track, gone: true };
  const exitCode = hasEnded(snapshot) ? snapshot.exitCode : track.exitCode;
  if (!track.seen) return { ...track, seen: snapshot, baseRestarts: baseRestarts(snapshot, rules), exitCode };
  if (snapshot.startedAt === track.seen.startedAt) return { ...track, seen: snapshot, exitCode };
  const starts = track.seen.startedAt === null ? track.starts : track.starts + 1;
  return { ...track, seen: snapshot, exitCode, starts, good: 0, bad: 0, goodAtMs: null };
}

/** An end that no snapshot shows, because the container was already up again. */
export function withEvent(track: ContainerTrack, event: ContainerEvent, rules: VerdictRules): ContainerTrack {
  const counts = event.action === 'die' && Date.parse(event.at) >= (rules.sinceMs ?? rules.beganMs);
  return counts && event.exitCode !== null ? { ...track, exitCode: event.exitCode } : track;
}

/** An answer of Slipway's own probe; one that was asked for before the present start says nothing about it. */
export function withSample(
  track: ContainerTrack,
  answer: { readonly atMs: number; readonly sample: ProbeSample; readonly counts: boolean },
) {
  const { atMs, sample, counts } = answer;
  if (atMs < (startedMs(track) ?? Number.POSITIVE_INFINITY)) return track;
  const lastAnswer = sample.text;
  if (sample.good) return { ...track, good: track.good + 1, bad: 0, goodAtMs: atMs, lastAnswer };
  return { ...track, good: 0, bad: counts ? track.bad + 1 : 0, goodAtMs: null, lastAnswer };
}

function hasEnded({ state, startedAt }: ObservedContainer): boolean {
  return startedAt !== null && state !== 'running' && state !== 'paused';
}

/**
 * Docker counts restarts from the last start by hand. Of a container that the step started all of them count, of one that it left
 * alone only what comes from now on.
 */
function baseRestarts({ startedAt, restartCount }: ObservedContainer, { sinceMs }: VerdictRules): number {
  const startedByStep = sinceMs !== null && startedAt !== null && Date.parse(startedAt) >= sinceMs;
  return startedByStep ? 0 : restartCount;
}
