import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writePlan } from '../../../src/journal/runs.ts';
import { writeRelease } from '../../../src/release/store.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { nodeDisk } from '../../../src/util/node-disk.ts';
import { EventStream } from '../../support/event-stream.ts';
import { eventually } from '../../support/eventually.ts';
import { eventsOf, finished, imageId, must, notice, RUN, resumed, started, wholeService } from '../../support/journal.ts';
import { madeUpFleet, madeUpPlan } from '../../support/journal-writer.ts';
import { ServedPhase } from '../../support/served-phase.ts';

const NEWER = '20260205_140000';
const OTHER = '20260206_140000';

test('the runs of the phase are listed, the newest first, as they stand now', async () => {
  const phase = await ServedPhase.start();
  const rows = async () => (await phase.ask('/api/runs')).json as { run: string; outcome: string; counts: object }[];
  expect(await rows()).toEqual([]);
  await phase.record(eventsOf([started(['a']), ...wholeService('a')]));
  await phase.record(eventsOf([started(['a', 'b']), ...wholeService('a')], NEWER), NEWER);
  await phase.record(eventsOf([started(['z'], 'another')], OTHER), OTHER);
  // Nobody holds the lock: both were interrupted.
  expect(await rows()).toMatchObject([
    { run: NEWER, outcome: 'interrupted', counts: { total: 2, completed: 1 }, totalSteps: 4, cacheHitRate: 0.5 },
    { run: RUN, outcome: 'interrupted', counts: { total: 1, completed: 1 } },
  ]);
  await phase.hold();
  expect((await rows()).map(({ outcome }) => outcome)).toEqual(['running', 'interrupted']);
  const rest = eventsOf([...wholeService('b'), finished('done')], NEWER, 14);
  await phase.record(rest, NEWER);
  expect((await rows())[0]).toMatchObject({ outcome: 'done', counts: { completed: 2 } });
});

test('the size of an image is what the run recorded that built it', async () => {
  const phase = await ServedPhase.start();
  await phase.record(eventsOf([started(['a']), ...wholeService('a')]));
  await phase.record(eventsOf([started(['b'])], NEWER), NEWER);
  const sizeOf = async (image: string) => (await phase.ask(`/api/images/${image}`)).json;
  expect(await sizeOf(imageId('1'))).toEqual({ image: imageId('1'), bytes: 1000 });
  expect(await sizeOf(imageId('0'))).toEqual({ image: imageId('0'), bytes: null });
});

test('many that ask at once get the same, also while the run is resumed', async () => {
  const phase = await ServedPhase.start();
  await phase.record(eventsOf([started(['a']), finished('failed')]));
  const before = await Promise.all(Array.from({ length: 20 }, () => phase.ask('/api/runs')));
  expect(new Set(before.map(({ text }) => text)).size).toBe(1);
  await phase.hold();
  await phase.record(eventsOf([resumed(['a'])], RUN, 3));
  const after = await Promise.all(Array.from({ length: 20 }, () => phase.ask(`/api/runs/${RUN}`)));
  for (const { json } of after) expect(json).toEqual({ run: RUN, live: true, plan: null });
});

test('a run comes with its plan', async () => {
  const phase = await ServedPhase.start();
  await phase.record(eventsOf([started(['a'])]));
  const plan = madeUpPlan(madeUpFleet(3));
  const folder = { run: RUN, dir: join(phase.root, '.slipway/runs', RUN) };
  must(await writePlan(nodeDisk, folder, plan));
  expect((await phase.ask(`/api/runs/${RUN}`)).json).toEqual({ run: RUN, live: false, plan });
  expect((await phase.ask(`/api/runs/${NEWER}`)).status).toBe(404);
});

test('releases come without what only a rollback needs', async () => {
  const phase = await ServedPhase.start();
  const service = {
    project: 'p',
    name: 'a',
    tag: 'p-a',
    image: imageId('1'),
    inputs: null,
    config: 'digest-of-config',
    status: 'completed',
    healthy: true,
    configuration: 'files',
    files: { '/secret/path': 'digest' },
  } as const;
  const release = {
    version: 2,
    release: RUN,
    phase: 'phase1',
    at: '2026-02-04T14:00:00.000Z',
    origin: 'run',
    services: { a: service },
  } as const;
  must(await writeRelease(nodeDisk, phase.root, { configHome: phase.root, keyFile: null }, { release, projects: {} }));
  const shown = { service: 'a', image: imageId('1'), tag: 'p-a', status: 'completed', healthy: true };
  expect((await phase.ask('/api/releases')).json).toEqual([{ release: RUN, at: release.at, origin: 'run', services: [shown] }]);
});

test('a journal that cannot be read is told of, and does not end the stream', async () => {
  const phase = await ServedPhase.start();
  const [first, second, third] = eventsOf([started(['a']), notice('two'), notice('three')]);
  await phase.record([first!, third!]);
  const stream = new EventStream(phase.port);
  await eventually('the problem', () => stream.named('problem').length > 0);
  expect(stream.named('problem')[0]).toMatchObject({ code: 'journal-damaged' });
  expect(JSON.stringify(stream.named('problem'))).not.toContain(phase.root);
  expect(stream.seqs).toEqual([1]);
  await phase.record([first!, second!, third!], NEWER);
  await eventually('the newer run', () => stream.events.length === 4);
});

test('a page that takes nothing for half a minute is cut off', async () => {
  let cutOff = false;
  const sleep = async (ms: number, signal?: AbortSignal) => {
    await systemClock.sleep(ms === 30_000 ? 500 : ms, signal);
    cutOff ||= ms === 30_000 && signal?.aborted === false;
  };
  const quick = { ...systemClock, sleep };
  const phase = await ServedPhase.start({ clock: quick });
  await phase.record(eventsOf([started(['a']), ...Array.from({ length: 6000 }, (_, i) => notice(`${i} ${'z'.repeat(2000)}`))]));
  const reader = new EventStream(phase.port);
  const stuck = new EventStream(phase.port);
  await eventually('it gets an answer', () => stuck.status === 200);
  stuck.stopReading();
  await eventually('the other has all', () => reader.events.length === 6001);
  await eventually('it is cut off', () => cutOff);
  stuck.goOnReading();
  await stuck.ended;
  expect(stuck.events.length).toBeLessThan(6001);
  // It comes back for what it missed.
  const back = new EventStream(phase.port, { lastEventId: stuck.lastId });
  await eventually('all', () => stuck.events.length + back.events.length === 6001);
});
