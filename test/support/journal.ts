import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Fingerprint } from '../../src/fleet/types.ts';
import type { Event, EventBody } from '../../src/journal/events.ts';
import type { Result } from '../../src/model/result.ts';
import type { ServiceStatus } from '../../src/model/status.ts';
import { NO_OPTIONS } from '../../src/plan/options.ts';
import type { StepKind } from '../../src/plan/types.ts';
import type { Clock } from '../../src/util/clock.ts';

/** A folder of its own for one test, gone afterwards. */
export async function scratchFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** The value of a result that has to be a success. */
export function must<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(`unexpected failure: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** The failure of a result that has to be one. */
export function mustFail<T, E>(result: Result<T, E>): E {
  if (result.ok) throw new Error(`unexpected success: ${JSON.stringify(result.value)}`);
  return result.error;
}

/** A clock that the test moves; sleepers wake when it passes their time. */
export class HandClock implements Clock {
  #now = Date.UTC(2026, 1, 4, 14, 0, 0);
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  #awaited: (() => void)[] = [];

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    for (const tell of this.#awaited.splice(0)) tell();
    return new Promise((resolve) => {
      this.#sleepers.push({ at: this.#now + ms, wake: resolve });
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Resolves when somebody goes to sleep. */
  sleeping(): Promise<void> {
    return new Promise((resolve) => this.#awaited.push(resolve));
  }

  advance(ms: number): void {
    this.#now += ms;
    const due = this.#sleepers.filter((s) => s.at <= this.#now);
    this.#sleepers = this.#sleepers.filter((s) => s.at > this.#now);
    for (const sleeper of due) sleeper.wake();
  }
}

export const RUN = '20260204_140000';

const FINGERPRINT: Fingerprint = { inputs: 'aa', unknown: null, config: 'bb', bases: [] };

/** An image id that is told apart by one letter. */
export function imageId(letter: string): string {
  return `sha256:${letter.repeat(64)}`;
}

/** Bodies as events of one run, a second apart. */
export function eventsOf(bodies: readonly EventBody[], run = RUN, firstSeq = 1): Event[] {
  const start = Date.UTC(2026, 1, 4, 14, 0, 0);
  return bodies.map((body, i) => ({
    v: 1,
    seq: firstSeq + i,
    at: new Date(start + (firstSeq + i) * 1000).toISOString(),
    run,
    ...body,
  }));
}

export function started(services: readonly string[], phase = 'phase1'): EventBody {
  return {
    type: 'run-started',
    phase,
    plan: 'p1',
    command: 'rebuild',
    options: NO_OPTIONS,
    services: services.map((service) => ({ service, category: 'core', wave: 0 })),
    slipway: '0.1.0',
    engine: { docker: '26.1', compose: '2.40', buildx: '0.29' },
  };
}

export function resumed(services: readonly string[]): EventBody {
  return { type: 'run-resumed', options: NO_OPTIONS, plan: 'p2', services };
}

export function finished(outcome: 'done' | 'failed' | 'interrupted' | 'abandoned'): EventBody {
  return { type: 'run-finished', outcome, exitCode: outcome === 'done' ? 0 : 1, why: 'said the test' };
}

const before = { containers: ['c0'], image: imageId('0'), tagImage: imageId('0'), anonymousVolumes: {} };

const INTENTS = {
  backup: { kind: 'backup', image: imageId('0'), tag: 'x:pre-1' },
  build: { kind: 'build', candidate: 'x:candidate-1', fingerprint: FINGERPRINT },
  test: { kind: 'test', image: imageId('1'), command: ['pytest'] },
  replace: { kind: 'replace', action: 'up', order: 'stop-first', image: imageId('1'), tag: 'x:latest', before },
  verify: { kind: 'verify', containers: ['c1'] },
  rollback: { kind: 'rollback', image: imageId('0'), tag: 'x:latest', before, why: 'it fell' },
} as const;

const FACTS = {
  backup: { kind: 'backup', tag: 'x:pre-1', image: imageId('0') },
  build: {
    kind: 'build',
    image: imageId('1'),
    candidate: 'x:candidate-1',
    totalSteps: 4,
    cachedSteps: 2,
    sizeBytes: 1000,
    fingerprint: FINGERPRINT,
  },
  test: { kind: 'test', result: 'passed', tests: 3, why: '3 passed' },
  replace: { kind: 'replace', containers: ['c1'], image: imageId('1'), stoppedAt: null, before },
  verify: { kind: 'verify', verdict: { kind: 'healthy', why: 'answers' }, downtimeMs: 500 },
  rollback: { kind: 'rollback', containers: ['c2'], image: imageId('0') },
} as const;

export function intent(service: string, kind: StepKind, attempt = 1): EventBody {
  return { type: 'step-intent', service, step: `${service}:${kind}`, attempt, intent: INTENTS[kind] };
}

export function done(service: string, kind: StepKind, durationMs = 1000): EventBody {
  const outcome = { status: 'done', facts: FACTS[kind] } as const;
  return { type: 'step-outcome', service, step: `${service}:${kind}`, kind, attempt: 1, durationMs, outcome };
}

export function failed(service: string, kind: StepKind): EventBody {
  const outcome = { status: 'failed', failure: { code: 'engine-error', message: 'it broke' } } as const;
  return { type: 'step-outcome', service, step: `${service}:${kind}`, kind, attempt: 1, durationMs: 10, outcome };
}

export function interrupted(service: string, kind: StepKind): EventBody {
  const outcome = { status: 'interrupted' } as const;
  return { type: 'step-outcome', service, step: `${service}:${kind}`, kind, attempt: 1, durationMs: 10, outcome };
}

export function healthy(service: string): EventBody {
  return { type: 'service-healthy', service, containers: ['c1'], downtimeMs: 500 };
}

export function settled(service: string, status: ServiceStatus, image: string | null = imageId('1')): EventBody {
  const failure = status === 'failed' ? ({ code: 'build-failed', message: 'no', lastLogLines: [] } as const) : null;
  return {
    type: 'service-settled',
    service,
    status,
    failure,
    image,
    tested: 'passed',
    fingerprint: FINGERPRINT,
    downtimeMs: null,
  };
}

export function notice(message: string): EventBody {
  return { type: 'notice', severity: 'info', code: 'note', service: null, message };
}

/** A service's whole way to `completed`. */
export function wholeService(service: string): EventBody[] {
  const steps = (['backup', 'build', 'test', 'replace'] as const).flatMap((kind) => [intent(service, kind), done(service, kind)]);
  return [...steps, intent(service, 'verify'), healthy(service), done(service, 'verify'), settled(service, 'completed')];
}

/** A run as journal text. */
export function journalText(events: readonly Event[]): string {
  return events.map((e) => `${JSON.stringify(e)}\n`).join('');
}
