import { describe, expect, test } from 'vitest';
import { EngineUnavailable } from '../../../../src/docker/port.ts';
import type { Event } from '../../../../src/journal/events.ts';
import { projectRun, type RunState } from '../../../../src/journal/projection.ts';
import { err, ok } from '../../../../src/model/result.ts';
import type { Observed, Plan } from '../../../../src/plan/types.ts';
import { MemoryDisk } from '../../../../src/util/memory-disk.ts';
import { readBaseline } from '../../../../src/validate/baseline/baseline.ts';
import { type BaselineScene, takeBaseline } from '../../../../src/validate/baseline/take-baseline.ts';
import { fleetOf, observedRunning } from '../../../support/fleet-builder.ts';

const RUN = '20260204_140000';
const PROBE = { kind: 'http', host: '127.0.0.1', port: 1, path: '/health' } as const;
const FLEET = fleetOf({ web: { probe: PROBE }, api: { probe: PROBE }, job: { kind: 'one-shot' }, left: { probe: PROBE } });

/** A world in which each answer takes 20 ms, and a log has one error. */
class Scene {
  readonly disk = new MemoryDisk();
  readonly asked: string[] = [];
  readonly ending = new AbortController();
  nowMs = Date.parse('2026-02-04T14:00:00.000Z');
  /** Called at each probe, before it answers. */
  onProbe: (container: string) => void = () => {};
  observed: Observed | null = observedRunning(FLEET);
  log: 'one-error' | 'unreadable' | 'cut' = 'one-error';
  state: RunState = projectRun(RUN, []);
  #listener: (event: Event) => void = () => {};

  async take(): Promise<void> {
    await this.disk.makeFolder(`${FLEET.root}/.slipway/runs/${RUN}`);
    await takeBaseline(this.#scene());
  }

  baseline() {
    return readBaseline(this.disk, FLEET.root, RUN);
  }

  replace(service: string): void {
    this.#listener({ type: 'step-intent', service, step: `${service}:replace`, intent: { kind: 'replace' } } as Event);
  }

  #scene(): BaselineScene {
    const steps = (kind: string) => [{ kind }];
    const services = ['web', 'api', 'job'].map((service) => ({ service, steps: steps('replace') }));
    return {
      live: {
        fleet: FLEET,
        plan: { services: [...services, { service: 'left', steps: steps('test') }] } as unknown as Plan,
        run: RUN,
        state: this.state,
        subscribe: (listener) => {
          this.#listener = listener;
          return () => {};
        },
      },
      engine: {
        observe: async () =>
          this.observed ? ok(this.observed) : err({ code: 'no-engine', message: 'nobody answers', remedy: 'start it' }),
        now: async () => new Date(this.nowMs).toISOString(),
        probe: async (_, container) => {
          const name = Object.entries(this.observed!.services).find(([, { containers }]) => containers[0]?.id === container)![0];
          this.asked.push(name);
          this.onProbe(name);
          this.nowMs += 20;
          return { good: true, answered: true, text: '' };
        },
      },
      watch: {
        openLog: () => ({
          read: async (onLine) => {
            onLine('ERROR: it failed');
            if (this.log === 'unreadable') return err({ code: 'engine-error', message: 'no', remedy: '' });
            return ok(this.log === 'cut' ? 'cut' : 'whole');
          },
        }),
      },
      disk: this.disk,
      clock: {
        now: () => this.nowMs,
        sleep: async (ms) => {
          this.nowMs += ms;
        },
      },
      signal: this.ending.signal,
    };
  }
}

describe('what is noted', () => {
  test('is how each service answers that will be replaced, and what it logged', async () => {
    const scene = new Scene();
    await scene.take();
    expect(await scene.baseline()).toMatchObject({
      run: RUN,
      services: {
        web: { answers: { asked: 5, good: 5 }, logged: { spanMs: 600_000, errors: 1, crashes: 0 } },
        api: { answers: { asked: 5, good: 5 } },
      },
    });
    expect(Object.keys((await scene.baseline())!.services)).toEqual(['web', 'api']);
    expect((await scene.disk.stat(`${FLEET.root}/.slipway/runs/${RUN}/baseline.json`)).mode).toBe(0o600);
  });

  test('is nothing of a service once its replace has begun', async () => {
    const scene = new Scene();
    scene.onProbe = (name) => {
      if (name === 'web' && scene.asked.length > 3) scene.replace('web');
    };
    await scene.take();
    const { web, api } = (await scene.baseline())!.services;
    expect([web!.answers!.asked, api!.answers!.asked]).toEqual([scene.asked.filter((name) => name === 'web').length - 1, 5]);
    expect(web!.answers!.asked).toBeLessThan(4);
  });

  test('is no rate of a log that holds more than is read, or cannot be read', async () => {
    for (const log of ['cut', 'unreadable'] as const) {
      const scene = new Scene();
      scene.log = log;
      await scene.take();
      expect((await scene.baseline())!.services.web).toMatchObject({ answers: { asked: 5 }, logged: null });
    }
  });

  test('stays when the run is continued', async () => {
    const scene = new Scene();
    await scene.take();
    const before = await scene.baseline();
    scene.asked.length = 0;
    scene.nowMs += 60_000;
    await scene.take();
    expect(scene.asked).toEqual([]);
    expect(await scene.baseline()).toEqual(before);
  });
});

describe('it never stands in the way', () => {
  test('of a run that ends: nothing is begun after it', async () => {
    const scene = new Scene();
    scene.onProbe = () => scene.ending.abort();
    await scene.take();
    expect(scene.asked.length).toBeLessThanOrEqual(2);
  });

  test('with an engine that is away, or goes away', async () => {
    const away = new Scene();
    away.observed = null;
    await away.take();
    expect(await away.baseline()).toBeNull();
    const lost = new Scene();
    lost.onProbe = () => {
      throw new EngineUnavailable({ code: 'no-engine', message: 'nobody answers', remedy: 'start it' });
    };
    await lost.take();
    expect(await lost.baseline()).toBeNull();
  });

  test('with a disk that is full', async () => {
    const scene = new Scene();
    scene.disk.fillUp(0);
    await scene.take().catch((error: Error) => expect(error).toBeUndefined());
    expect(await scene.baseline()).toBeNull();
  });

  test('for longer than its time, however slow answers are', async () => {
    const scene = new Scene();
    const beganMs = scene.nowMs;
    scene.onProbe = () => {
      scene.nowMs += 20_000;
    };
    await scene.take();
    expect(scene.nowMs - beganMs).toBeLessThan(90_000);
  });
});

test.each(['', '{', '[]', '{"version":2,"services":{}}', '{"version":1,"services":[]}'])(
  'a damaged file (%j) is none',
  async (text) => {
    const scene = new Scene();
    const folder = `${FLEET.root}/.slipway/runs/${RUN}`;
    await scene.disk.makeFolder(folder);
    await scene.disk.replace(`${folder}/baseline.json`, text, { mode: 0o600, durability: 'relaxed' });
    expect(await scene.baseline()).toBeNull();
  },
);

test('of a file with a damaged service the others count', async () => {
  const scene = new Scene();
  const folder = `${FLEET.root}/.slipway/runs/${RUN}`;
  await scene.disk.makeFolder(folder);
  const web = { at: '2026-02-04T14:00:00.000Z', answers: null, logged: { spanMs: 1000, errors: 0, crashes: 0 } };
  const text = JSON.stringify({ version: 1, services: { web, api: { at: 1 }, ui: { ...web, answers: { asked: 'x' } } } });
  await scene.disk.replace(`${folder}/baseline.json`, text, { mode: 0o600, durability: 'relaxed' });
  expect((await scene.baseline())!.services).toEqual({ web });
});
