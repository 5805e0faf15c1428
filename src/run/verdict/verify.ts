import { type Engine, EngineUnavailable, type ProbeSample } from '../../docker/port.ts';
import type { Service, Settings } from '../../fleet/types.ts';
import type { ContainerId, Instant } from '../../model/ids.ts';
import type { Verdict, VerdictEvidence } from '../../model/verdict.ts';
import type { ObservedContainer } from '../../plan/types.ts';
import type { Clock } from '../../util/clock.ts';
import { ProbeSchedule } from './probe-schedule.ts';
import { beginVerdict, judge, nextInstantMs, type Observation, type VerdictState } from './verdict.ts';
import { captureEvidence } from './verdict-evidence.ts';
import { type VerdictRules, verdictRules } from './verdict-rules.ts';
import { Waker } from './waker.ts';

/** The verbs that judging needs. */
type VerifyEngine = Pick<Engine, 'now' | 'events' | 'inspect' | 'probe' | 'logs'>;

/** What to judge, and who wants to know. */
export interface VerifyRequest {
  readonly engine: VerifyEngine;
  readonly clock: Clock;
  readonly service: Service;
  readonly settings: Pick<Settings, 'health' | 'timeouts'>;
  readonly containers: readonly ContainerId[];
  /** When the step began, on the engine's clock: a job that started before was not started by it. Null = not known. */
  readonly since: Instant | null;
  readonly signal: AbortSignal;
  /** Each answer of Slipway's own probe, and each failure of Docker's check, that differs from the one before it. */
  readonly onSample: (sample: { readonly container: ContainerId; readonly good: boolean; readonly text: string }) => void;
  /** The first healthy verdict; the soak goes on meanwhile. */
  readonly onHealthy: (healthyAt: Instant) => Promise<void>;
}

/** How it ended. No verdict: the signal came first. Evidence goes with a bad verdict only. */
export interface Verification {
  readonly verdict: Verdict | null;
  readonly evidence: VerdictEvidence | null;
  readonly healthyAt: Instant | null;
}

/** Looks are frequent at first; later events tell when to look, and a look in between only guards against a lost one. */
const FIRST_LOOK_MS = 100;
const SLOWEST_LOOK_MS = 2000;
/** An engine that is restarted is away for a while: so long it is waited for. */
const ENGINE_AWAY_MS = 30_000;

/**
 * Judges a service's containers by id until a verdict stands: watches the engine's events, inspects, asks Slipway's own probe, and
 * after the first healthy verdict watches on for `stable_for` (traps T2). All times are the engine's. Throws EngineUnavailable when the
 * engine stays away, or comes back without the containers.
 */
export async function verifyService(request: VerifyRequest): Promise<Verification> {
  const { engine, clock, service, settings, containers, since, signal } = request;
  const engineNow = await engine.now();
  const offsetMs = Date.parse(engineNow) - clock.now();
  const nowMs = () => clock.now() + offsetMs;
  const rules = verdictRules(service, settings, { beganMs: nowMs(), since });
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  const watch = new Watch({ request, rules, nowMs, stop });
  const following = watch.follow(since ?? engineNow);
  // A failure to follow is thrown where it is awaited, at the end.
  following.catch(() => {});
  try {
    const state = await watch.untilSettled();
    if (state.phase !== 'settled') return { verdict: null, evidence: null, healthyAt: null };
    const healthyAt = state.healthyAtMs === null ? null : new Date(state.healthyAtMs).toISOString();
    return { verdict: state.verdict, evidence: await captureEvidence(engine, state, containers), healthyAt };
  } finally {
    ended.abort('judged');
    await following;
  }
}

interface WatchParts {
  readonly request: VerifyRequest;
  readonly rules: VerdictRules;
  readonly nowMs: () => number;
  readonly stop: AbortSignal;
}

/** One verification under way: three sources of observations, one state. */
class Watch {
  readonly #request: VerifyRequest;
  #rules: VerdictRules;
  readonly #nowMs: () => number;
  readonly #stop: AbortSignal;
  readonly #waker: Waker;
  #probes: ProbeSchedule;
  #state: VerdictState;
  #lookEveryMs = FIRST_LOOK_MS;
  #lastText: string | null = null;
  /** The engine broke off since the last look. */
  #lost = false;

  constructor({ request, rules, nowMs, stop }: WatchParts) {
    this.#request = request;
    this.#rules = rules;
    this.#nowMs = nowMs;
    this.#stop = stop;
    this.#waker = new Waker(request.clock, stop);
    this.#probes = new ProbeSchedule(request.service.probe, rules);
    this.#state = beginVerdict(request.containers);
  }

  /** Follows the engine's events until the end; every one about our containers is a reason to look at once. */
  async follow(since: Instant): Promise<void> {
    const { engine, service, containers } = this.#request;
    for await (const event of engine.events(service.project, since, this.#stop, () => this.#engineLost())) {
      if (!containers.includes(event.container)) continue;
      this.#observe({ type: 'event', event });
      this.#waker.wake();
    }
  }

  /** A look that is under way may be answered by the engine that comes after it, which has not started the containers yet. */
  #engineLost(): void {
    this.#lost = true;
    this.#waker.wake();
  }

  async untilSettled(): Promise<VerdictState> {
    let announced = false;
    for (;;) {
      await this.#look();
      if (this.#stop.aborted) return this.#state;
      const healthyAtMs = this.#healthyMs();
      if (healthyAtMs !== null && !announced) {
        announced = true;
        await this.#request.onHealthy(new Date(healthyAtMs).toISOString());
      }
      if (this.#state.phase === 'settled') return this.#state;
      this.#probe();
      await this.#waker.sleep(this.#untilNextLookMs());
    }
  }

  /** When it became healthy, while it still is. */
  #healthyMs(): number | null {
    const state = this.#state;
    if (state.phase === 'soaking') return state.healthyAtMs;
    return state.phase === 'settled' && state.culprit === null ? state.healthyAtMs : null;
  }

  #observe(observation: Observation): void {
    this.#state = judge(this.#rules, this.#state, observation);
  }

  /** An engine that comes back has started the containers anew, or is about to: nothing of what was seen before counts any more. */
  async #look(): Promise<void> {
    const { engine, containers, clock, service } = this.#request;
    const untilMs = clock.now() + ENGINE_AWAY_MS;
    let wasAway = false;
    for (;;) {
      try {
        const seen: (ObservedContainer | null)[] = await Promise.all(containers.map((id) => engine.inspect(id)));
        const down = (wasAway || this.#lost) && service.kind !== 'one-shot' ? seen.filter((c) => c && !isUp(c)) : [];
        if (down.length === 0) {
          // A connection may also break without an engine that ends.
          if (wasAway || (this.#lost && this.#startedAnew(seen))) this.#beginAnew();
          this.#lost = false;
          for (const container of seen) if (container) this.#tellFailedCheck(container);
          return this.#observe({ type: 'snapshot', atMs: this.#nowMs(), containers: seen });
        }
        if (clock.now() > untilMs) throw notStartedAgain(down[0]!.name);
      } catch (error) {
        if (!(error instanceof EngineUnavailable) || clock.now() > untilMs) throw error;
        wasAway = true;
      }
      await clock.sleep(FIRST_LOOK_MS * 5, this.#stop);
      if (this.#stop.aborted) return;
    }
  }

  #startedAnew(seen: readonly (ObservedContainer | null)[]): boolean {
    return this.#state.tracks.some((track, i) => track.seen !== null && track.seen.startedAt !== seen[i]?.startedAt);
  }

  #beginAnew(): void {
    const { containers, service } = this.#request;
    this.#rules = { ...this.#rules, beganMs: this.#nowMs(), sinceMs: null };
    this.#probes = new ProbeSchedule(service.probe, this.#rules);
    this.#state = beginVerdict(containers);
  }

  /** What Docker's own check said when it last failed: the operator wants to know while waiting, not at the deadline. */
  #tellFailedCheck({ id, healthLog }: ObservedContainer): void {
    const last = healthLog.at(-1);
    if (last && last.exitCode !== 0)
      this.#tell({
        container: id,
        good: false,
        text: `health check exited with ${last.exitCode}: ${last.output.trim().slice(0, 200)}`,
      });
  }

  /** Passes a sample on unless it says the same as the one before. */
  #tell(sample: Parameters<VerifyRequest['onSample']>[0]): void {
    const text = `${sample.container} ${sample.text}`;
    if (text !== this.#lastText) this.#request.onSample(sample);
    this.#lastText = text;
  }

  /** Asks the probes that are due, without waiting for them. */
  #probe(): void {
    const { engine, settings, service } = this.#request;
    const atMs = this.#nowMs();
    for (const { ask, about } of this.#probes.due(this.#state, atMs)) {
      engine.probe(service.probe, ask, settings.health.timeoutMs).then(
        (sample) => this.#answered({ ask, about, atMs, sample }),
        () => this.#probes.answered(ask, null),
      );
    }
  }

  #answered(answer: {
    readonly ask: ContainerId;
    readonly about: readonly ContainerId[];
    readonly atMs: number;
    readonly sample: ProbeSample;
  }): void {
    const { ask, about, atMs, sample } = answer;
    this.#probes.answered(ask, sample);
    if (this.#stop.aborted) return;
    this.#observe({ type: 'sample', atMs, containers: about, sample });
    this.#tell({ container: ask, good: sample.good, text: sample.text });
    this.#waker.wake();
  }

  #untilNextLookMs(): number {
    const nowMs = this.#nowMs();
    const lookMs = this.#lookEveryMs;
    this.#lookEveryMs = Math.min(lookMs * 2, SLOWEST_LOOK_MS);
    const dueMs = Math.min(nextInstantMs(this.#rules, this.#state, nowMs), this.#probes.nextMs(this.#state, nowMs));
    return Math.max(1, Math.min(lookMs, dueMs - nowMs));
  }
}

function isUp({ state }: ObservedContainer): boolean {
  return state === 'running' || state === 'restarting';
}

function notStartedAgain(name: string): EngineUnavailable {
  const message = `the engine was restarted, and has not started the container ${name} again`;
  return new EngineUnavailable({ code: 'engine-error', message, remedy: 'slipway rebuild --continue starts and judges it' });
}
