import type { Verdict } from '../../model/verdict.ts';
import { assertNever } from '../../util/assert.ts';
import { type ContainerTrack, restarts, startedMs } from './container-track.ts';
import { settlingMs, type VerdictRules } from './verdict-rules.ts';

/** How one container stands: not decided yet (and what it waits for), good since an instant, or bad. */
export type Standing =
  | { readonly at: 'pending'; readonly why: string }
  | { readonly at: 'good'; readonly sinceMs: number; readonly why: string }
  | { readonly at: 'bad'; readonly verdict: Verdict };

/** Two restarts are a loop: one can be a service that lost the race with its database. */
const LOOP_RESTARTS = 2;

/** Judges one container by what was seen of it until now. */
export function containerStanding(rules: VerdictRules, track: ContainerTrack, nowMs: number): Standing {
  const { seen } = track;
  if (track.gone) return bad(seen ? removed(track) : { kind: 'never-started', why: 'there is no such container' });
  if (!seen) return pending('not looked at yet');
  if (restarts(track) >= LOOP_RESTARTS) return bad(crashLooping(track));
  switch (seen.state) {
    case 'created':
      return createdStanding(rules, track, nowMs);
    case 'running':
      return rules.kind === 'one-shot' ? pending('the job is still running') : runningStanding(rules, track, nowMs);
    case 'restarting':
      return pending(`it ended with code ${track.exitCode} and is being restarted`);
    case 'paused':
    case 'removing':
      return pending(`the container is ${seen.state}`);
    case 'exited':
    case 'dead':
      return endedStanding(rules, track);
    default:
      return assertNever(seen.state);
  }
}

/** The verdict on a container that came up again, or is about to. */
export function crashLooping(track: ContainerTrack): Verdict {
  return { kind: 'crash-looping', restarts: Math.max(1, restarts(track)), exitCode: track.exitCode };
}

/** Whether Docker's own check has said anything about the present start; what it said before a restart is stale. */
export function hasFreshHealth(track: ContainerTrack): boolean {
  const { seen } = track;
  return seen?.healthAt != null && Date.parse(seen.healthAt) > (startedMs(track) ?? 0);
}

function createdStanding(rules: VerdictRules, { seen }: ContainerTrack, nowMs: number): Standing {
  if (seen?.error) return bad({ kind: 'never-started', why: seen.error });
  // Whoever created it may be about to start it.
  return nowMs - rules.beganMs < rules.intervalMs
    ? pending('created, not started yet')
    : bad({ kind: 'never-started', why: 'the container was created but never started' });
}

function endedStanding(rules: VerdictRules, track: ContainerTrack): Standing {
  const seen = track.seen!;
  const started = startedMs(track);
  if (started === null || seen.error) return bad({ kind: 'never-started', why: seen.error || 'the container never started' });
  if (rules.kind === 'one-shot' && rules.sinceMs !== null && started < rules.sinceMs)
    return pending('the job was not started again');
  if (rules.kind === 'one-shot' && seen.exitCode === 0) {
    return { at: 'good', sinceMs: seen.finishedAt ? Date.parse(seen.finishedAt) : started, why: 'the job ended with code 0' };
  }
  return bad({ kind: 'exited', exitCode: seen.exitCode });
}

function runningStanding(rules: VerdictRules, track: ContainerTrack, nowMs: number): Standing {
  if (hasFreshHealth(track) && track.seen?.health === 'unhealthy') return bad(dockerUnhealthy(track));
  if (track.bad >= rules.retries) {
    return bad({ kind: 'unhealthy', why: `${track.bad} bad answers in a row: ${track.lastAnswer}` });
  }
  if (track.seen?.health !== 'none') return checkedStanding(rules, track);
  return rules.probe ? probedStanding(track, rules.retries) : uncheckedStanding(rules, track, nowMs);
}

/** Docker's "healthy" counts at once; where Slipway has a probe of its own, one good answer of it is asked for as well. */
function checkedStanding(rules: VerdictRules, track: ContainerTrack): Standing {
  const { seen } = track;
  if (!hasFreshHealth(track) || seen?.health !== 'healthy')
    return pending(`Docker’s health check: ${lastHealthLine(track) ?? 'starting'}`);
  const healthyMs = Date.parse(seen.healthAt!);
  if (!rules.probe) return { at: 'good', sinceMs: healthyMs, why: 'Docker’s health check passed' };
  const own = probedStanding(track, 1);
  if (own.at !== 'good') return own;
  return { at: 'good', sinceMs: Math.max(healthyMs, own.sinceMs), why: `Docker’s health check passed, ${own.why}` };
}

function probedStanding(track: ContainerTrack, needed: number): Standing {
  if (track.good < needed) return pending(track.lastAnswer ?? 'not asked yet');
  return { at: 'good', sinceMs: track.goodAtMs!, why: track.lastAnswer ?? '' };
}

function uncheckedStanding(rules: VerdictRules, track: ContainerTrack, nowMs: number): Standing {
  const settledMs = (startedMs(track) ?? nowMs) + settlingMs(rules);
  if (nowMs < settledMs) return pending('no health check: it has to run on without a restart');
  return {
    at: 'good',
    sinceMs: settledMs,
    why: `no health check: it has run for ${settlingMs(rules) / 1000} s without a restart`,
  };
}

function dockerUnhealthy(track: ContainerTrack): Verdict {
  return { kind: 'unhealthy', why: `Docker’s health check: ${lastHealthLine(track) ?? 'unhealthy'}` };
}

function lastHealthLine({ seen }: ContainerTrack): string | null {
  const entry = seen?.healthLog.at(-1);
  return entry ? `exit ${entry.exitCode}: ${entry.output.slice(0, 300)}` : null;
}

function removed({ exitCode }: ContainerTrack): Verdict {
  return exitCode === null ? { kind: 'unhealthy', why: 'the container was removed' } : { kind: 'exited', exitCode };
}

function pending(why: string): Standing {
  return { at: 'pending', why };
}

function bad(verdict: Verdict): Standing {
  return { at: 'bad', verdict };
}
