import type { Course } from './behaviour.ts';

/** A Docker health check's times, in milliseconds. */
export interface Check {
  readonly intervalMs: number;
  readonly startIntervalMs: number;
  readonly startPeriodMs: number;
  readonly retries: number;
}

export type Health = 'starting' | 'healthy' | 'unhealthy';

/** One run of the check, in milliseconds after the container's start, and what the container's health is after it. */
export interface Checked {
  readonly endMs: number;
  readonly good: boolean;
  readonly health: Health;
}

/** What the engine keeps of a container's checks. */
const KEPT = 5;
/** A container that gets ready so much later is none that gets ready. */
const FAR_MS = 3_600_000;
const FOLLOWED = 20_000;

/** A container's check over one start of it: how the engine would run it (moby `daemon/health.go`). */
export class HealthCourse {
  readonly #check: Check;
  readonly #course: Course;
  readonly #checkMs: number;
  /** All runs up to the last one that can change anything; the later ones are all like it. */
  readonly #runs: readonly Checked[];

  constructor(check: Check, course: Course, checkMs: number) {
    this.#check = check;
    this.#course = course;
    this.#checkMs = checkMs;
    this.#runs = this.#run();
  }

  /** When its health changes. */
  changes(): readonly Checked[] {
    return this.#runs.filter(({ health }, i) => health !== (this.#runs[i - 1]?.health ?? 'starting'));
  }

  /** The runs that a container of that age (milliseconds) has in its log. */
  log(ageMs: number): readonly Checked[] {
    const last = this.#runs.at(-1);
    if (last === undefined) return [];
    if (ageMs < last.endMs) return upTo(this.#runs, ageMs).slice(-KEPT);
    const everyMs = this.#check.intervalMs + this.#checkMs;
    const more = Math.floor((ageMs - last.endMs) / everyMs);
    const later = Array.from({ length: Math.min(more, KEPT) }, (_, i) => ({
      ...last,
      endMs: last.endMs + (more - Math.min(more, KEPT) + i + 1) * everyMs,
    }));
    return [...this.#runs.slice(-KEPT), ...later].slice(-KEPT);
  }

  #run(): Checked[] {
    const runs: Checked[] = [];
    let health: Health = 'starting';
    let failing = 0;
    let startMs = 0;
    while (runs.length < FOLLOWED) {
      startMs += this.#waitMs(startMs, health);
      if (startMs >= this.#course.exitMs) break;
      const good = startMs >= this.#course.readyMs && startMs < this.#course.fallsMs;
      failing = good || (health === 'starting' && startMs < this.#check.startPeriodMs) ? 0 : failing + 1;
      if (good) health = 'healthy';
      else if (failing >= this.#check.retries) health = 'unhealthy';
      runs.push({ endMs: startMs + this.#checkMs, good, health });
      if (this.#isSettled(health, startMs)) break;
      startMs += this.#checkMs;
    }
    return runs;
  }

  /** While it is starting within its start period, it is asked more often. */
  #waitMs(ageMs: number, health: Health): number {
    const { startPeriodMs, startIntervalMs, intervalMs } = this.#check;
    return ageMs < startPeriodMs && health === 'starting' ? startIntervalMs : intervalMs;
  }

  #isSettled(health: Health, atMs: number): boolean {
    const { readyMs, fallsMs, exitMs } = this.#course;
    if (Number.isFinite(exitMs)) return false;
    if (health === 'healthy') return !Number.isFinite(fallsMs);
    return health === 'unhealthy' && (atMs >= fallsMs || readyMs - atMs > FAR_MS);
  }
}

function upTo(runs: readonly Checked[], ageMs: number): readonly Checked[] {
  const next = runs.findIndex(({ endMs }) => endMs > ageMs);
  return next < 0 ? runs : runs.slice(0, next);
}
