import type { ProbeSample } from '../../docker/port.ts';
import type { Probe } from '../../fleet/types.ts';
import type { ContainerId } from '../../model/ids.ts';
import { hasFreshHealth } from './standing.ts';
import type { VerdictState } from './verdict.ts';
import type { VerdictRules } from './verdict-rules.ts';

/** A question to one container; the answer speaks of `about`: all of them, when they are asked through one published port. */
export interface DueProbe {
  readonly ask: ContainerId;
  readonly about: readonly ContainerId[];
}

/** While nothing answers yet, it is asked more often: a refused connection costs nothing, and the wait for it is down time. */
const SILENT_INTERVAL_MS = 250;

/** When Slipway's own probe is asked next: one question at a time a container, a container with a Docker check only once that is good. */
export class ProbeSchedule {
  readonly #probe: Probe;
  readonly #rules: VerdictRules;
  readonly #asked = new Map<
    ContainerId,
    { readonly atMs: number; readonly sample: ProbeSample | null; readonly open: boolean }
  >();

  constructor(probe: Probe, rules: VerdictRules) {
    this.#probe = probe;
    this.#rules = rules;
  }

  /** The questions to ask now; each counts as asked. */
  due(state: VerdictState, nowMs: number): readonly DueProbe[] {
    const due = this.#questions(state).filter(({ ask }) => this.#dueMs(ask) <= nowMs);
    for (const { ask } of due) this.#asked.set(ask, { atMs: nowMs, sample: null, open: true });
    return due;
  }

  /** Takes an answer; null = the question could not be asked. */
  answered(ask: ContainerId, sample: ProbeSample | null): void {
    const asked = this.#asked.get(ask);
    if (asked) this.#asked.set(ask, { atMs: asked.atMs, sample, open: false });
  }

  /** When the next question is due; infinity when none is, or an answer has to come first. */
  nextMs(state: VerdictState, nowMs: number): number {
    const due = this.#questions(state).map(({ ask }) => this.#dueMs(ask));
    return Math.max(nowMs, Math.min(Number.POSITIVE_INFINITY, ...due));
  }

  #questions(state: VerdictState): readonly DueProbe[] {
    if (!this.#rules.probe || state.phase === 'settled') return [];
    const ready = state.tracks.filter(({ seen }) => seen?.state === 'running');
    const asked = ready.filter(
      (track) => track.seen?.health === 'none' || (hasFreshHealth(track) && track.seen?.health === 'healthy'),
    );
    const ids = asked.map((track) => track.id);
    if (this.#probe.kind === 'command') return ids.map((id) => ({ ask: id, about: [id] }));
    return ids.length === state.tracks.length ? [{ ask: ids[0]!, about: ids }] : [];
  }

  #dueMs(ask: ContainerId): number {
    const asked = this.#asked.get(ask);
    if (!asked) return 0;
    if (asked.open) return Number.POSITIVE_INFINITY;
    const { intervalMs } = this.#rules;
    return asked.atMs + (asked.sample?.answered ? intervalMs : Math.min(intervalMs, SILENT_INTERVAL_MS));
  }
}
