import { describe, expect, test } from 'vitest';
import { EngineUnavailable, type ProbeSample } from '../../../../src/docker/port.ts';
import type { ObservedContainer } from '../../../../src/plan/types.ts';
import { type VerifyRequest, verifyService } from '../../../../src/run/verdict/verify.ts';
import type { Clock } from '../../../../src/util/clock.ts';
import { serviceOf } from '../../../support/compose-project.ts';

const BEGAN_MS = Date.parse('2026-02-04T14:00:00.000Z');
/** The engine's clock is an hour ahead of ours, so that mixing them up shows. */
const AHEAD_MS = 3_600_000;
const engineAt = (ms: number) => new Date(BEGAN_MS + AHEAD_MS + ms).toISOString();

/** Time that passes only in sleeps; `at` says how far it is, in milliseconds. */
class SleepClock implements Clock {
  #nowMs = BEGAN_MS;

  get at(): number {
    return this.#nowMs - BEGAN_MS;
  }

  now(): number {
    return this.#nowMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    // Answers take no time: one that is under way comes in first, and may end the sleep.
    await new Promise((resolve) => setImmediate(resolve));
    if (!signal?.aborted) this.#nowMs += ms;
  }
}

const running: ObservedContainer = {
  id: 'a',
  name: 'fleet-web-1',
  service: 'web',
  number: 1,
  image: 'sha256:new',
  state: 'running',
  exitCode: 0,
  error: '',
  oomKilled: false,
  createdAt: engineAt(0),
  startedAt: engineAt(0),
  finishedAt: null,
  restartCount: 0,
  health: 'none',
  healthAt: null,
  healthLog: [],
  configHash: 'c',
  temporary: false,
};

interface Script {
  /** When the connection to the engine's events breaks, in milliseconds. */
  readonly lostAtMs?: number;
  /** What a look sees at this many milliseconds; throws when the engine is away. */
  readonly look: (atMs: number) => ObservedContainer | null;
  readonly answer?: (atMs: number) => ProbeSample;
}

/** A hand-operated engine: it shows what the test says and remembers when it was asked. */
async function verify(script: Script, changes: Partial<VerifyRequest> = {}) {
  const clock = new SleepClock();
  const askedMs: number[] = [];
  const healthy: string[] = [];
  const said: string[] = [];
  let lose: (() => void) | undefined;
  const result = await verifyService({
    engine: {
      now: async () => engineAt(clock.at),
      events: async function* (_project, _since, signal, onLost) {
        lose = onLost;
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      },
      inspect: async () => {
        if (clock.at >= (script.lostAtMs ?? Number.POSITIVE_INFINITY)) {
          lose?.();
          lose = undefined;
        }
        return script.look(clock.at);
      },
      probe: async () => {
        askedMs.push(clock.at);
        return script.answer!(clock.at);
      },
      logs: async () => ['last words'],
    },
    clock,
    service: serviceOf('fleet', 'web', script.answer ? { probe: { kind: 'http', host: '127.0.0.1', port: 1, path: '/' } } : {}),
    settings: {
      health: { startupGraceMs: 0, intervalMs: 2000, timeoutMs: 1000, retries: 3, stableForMs: 5000 },
      timeouts: { buildMs: 1, testMs: 1, healthMs: 60_000 },
    },
    containers: ['a'],
    since: null,
    signal: new AbortController().signal,
    onSample: ({ text }) => said.push(text),
    onHealthy: async (at) => {
      healthy.push(at);
    },
    ...changes,
  });
  return { result, askedMs, healthy, said, endedMs: clock.at };
}

const good: ProbeSample = { good: true, answered: true, text: '200' };
const silent: ProbeSample = { good: false, answered: false, text: 'refused' };

describe('verifying', () => {
  test('asks often while nothing answers, then at the configured interval, and soaks on the engine’s clock', async () => {
    const { result, askedMs, healthy, said } = await verify({
      look: () => running,
      answer: (atMs) => (atMs < 1000 ? silent : good),
    });
    expect(result.verdict).toMatchObject({ kind: 'healthy' });
    const silentGaps = askedMs.filter((atMs) => atMs < 1000).map((atMs, index, all) => atMs - (all[index - 1] ?? atMs));
    expect(Math.max(...silentGaps)).toBeLessThanOrEqual(300);
    const [first, second, third] = askedMs.filter((atMs) => atMs >= 1000) as [number, number, number];
    expect([second - first, third - second]).toEqual([2000, 2000]);
    expect(healthy).toEqual([engineAt(third)]);
    expect(said).toEqual(['refused', '200']);
  });

  test('without a check ends as soon as it has run long enough', async () => {
    const { result, healthy, endedMs } = await verify({ look: () => running });
    expect(result).toEqual({ verdict: { kind: 'healthy', why: expect.any(String) }, evidence: null, healthyAt: engineAt(5000) });
    expect(healthy).toEqual([engineAt(5000)]);
    expect(endedMs).toBe(5000);
  });

  test('waits for an engine that is away for a while', async () => {
    const away = new EngineUnavailable({ code: 'no-engine', message: 'restarting', remedy: 'wait' });
    const { result } = await verify({
      look: (atMs) => {
        if (atMs > 200 && atMs < 4000) throw away;
        return running;
      },
    });
    expect(result.verdict).toMatchObject({ kind: 'healthy' });
  });

  const exited = (atMs: number): ObservedContainer => ({ ...running, state: 'exited', exitCode: 0, finishedAt: engineAt(atMs) });

  test('an engine that was restarted while a look waited for its answer has no container up yet: that is no end of theirs', async () => {
    const again: ObservedContainer = { ...running, startedAt: engineAt(6000) };
    const { result, healthy } = await verify({
      lostAtMs: 2000,
      look: (atMs) => (atMs < 2000 ? running : atMs < 6000 ? exited(3000) : again),
    });
    expect(result.verdict).toMatchObject({ kind: 'healthy' });
    expect(Date.parse(healthy[0]!)).toBeGreaterThanOrEqual(Date.parse(engineAt(11_000)));
  });

  test('a connection that breaks without the engine changes nothing', async () => {
    const { healthy, endedMs } = await verify({ lostAtMs: 2000, look: () => running });
    expect(healthy).toEqual([engineAt(5000)]);
    expect(endedMs).toBe(5000);
  });

  test('an engine that was away is given time to start the containers again, and they are judged from that start', async () => {
    const away = new EngineUnavailable({ code: 'no-engine', message: 'restarting', remedy: 'wait' });
    const again: ObservedContainer = { ...running, startedAt: engineAt(6000), restartCount: 0 };
    const { result, healthy } = await verify({
      look: (atMs) => {
        if (atMs >= 2000 && atMs < 4000) throw away;
        return atMs < 2000 ? running : atMs < 6000 ? exited(3000) : again;
      },
    });
    expect(result.verdict).toMatchObject({ kind: 'healthy' });
    expect(healthy).toEqual([engineAt(11_000)]);
  });

  test('a container that the engine does not start again is not judged', async () => {
    const away = new EngineUnavailable({ code: 'no-engine', message: 'restarting', remedy: 'wait' });
    const verifying = verify({
      look: (atMs) => {
        if (atMs > 200 && atMs < 4000) throw away;
        return atMs < 200 ? running : exited(3000);
      },
    });
    await expect(verifying).rejects.toMatchObject({
      problem: { message: expect.stringContaining('has not started the container') },
    });
  });

  test('gives up on one that stays away', async () => {
    const away = new EngineUnavailable({ code: 'no-engine', message: 'gone', remedy: 'start it' });
    const verifying = verify({
      look: () => {
        throw away;
      },
    });
    await expect(verifying).rejects.toBe(away);
  });

  test('announces no health of what has fallen by the time that it is looked at', async () => {
    const exited: ObservedContainer = { ...running, state: 'exited', exitCode: 7, finishedAt: engineAt(4000) };
    let answers = 0;
    const answer = () => {
      answers += 1;
      return good;
    };
    const { result, healthy } = await verify({ look: () => (answers < 3 ? running : exited), answer });
    expect(result).toMatchObject({
      verdict: { kind: 'exited', exitCode: 7 },
      evidence: { exitCode: 7, lastLogLines: ['last words'] },
    });
    expect(healthy).toEqual([]);
  });

  test('keeps its evidence short', async () => {
    const healthLog = Array.from({ length: 9 }, (_, index) => ({
      at: engineAt(index),
      exitCode: 1,
      output: `no ${index} ${'x'.repeat(9000)}`,
    }));
    const sick: ObservedContainer = { ...running, health: 'unhealthy', healthAt: engineAt(8), healthLog };
    const { result } = await verify({ look: () => sick });
    expect(result.evidence?.healthLog).toHaveLength(5);
    expect(Math.max(...(result.evidence?.healthLog ?? []).map((line) => line.length))).toBe(500);
  });
});
