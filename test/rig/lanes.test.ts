import { expect, test } from 'vitest';
import type { Event } from '../../src/journal/events.ts';
import { Rig } from '../support/rig/rig.ts';

const BAKE = /^docker-buildx bake/;

/** The most builds that were under way at one moment, by the journal. */
function mostBuildsAtOnce(events: readonly Event[]): number {
  let open = 0;
  let most = 0;
  for (const event of events) {
    if (event.type === 'step-intent' && event.intent.kind === 'build') open += 1;
    if (event.type === 'step-outcome' && event.kind === 'build') open -= 1;
    most = Math.max(most, open);
  }
  return most;
}

test('a batch of two builds two at once, and the third starts when one has failed', async () => {
  const rig = await Rig.open();
  rig.fleet({ a: {}, b: {}, c: {}, d: {} });
  const cli = rig.start(['rebuild', 'a', 'b', 'c', 'd', '--batch-size', '2']);
  const first = await rig.call(BAKE);
  const second = await rig.call(BAKE);
  expect(rig.waiting(BAKE)).toEqual([]);
  await first.exit(1);
  const third = await rig.call(BAKE);
  expect(rig.waiting(BAKE)).toEqual([]);
  await second.exit(1);
  await third.exit(1);
  await (await rig.call(BAKE)).exit(1);
  expect((await cli.ended).exitCode).toBe(1);
  expect(mostBuildsAtOnce(rig.journal())).toBe(2);
});

test('a slot is free again when the replace begins, not when it ends', async () => {
  const rig = await Rig.open();
  rig.fleet({ a: {}, b: {} });
  const cli = rig.start(['rebuild', 'a', 'b', '--batch-size', '1']);
  await rig.finishBake(await rig.call(BAKE));
  const up = await rig.call(/ up .* a$/);
  await rig.finishBake(await rig.bake('b'));
  await rig.finishUp(up);
  await rig.finishUp(await rig.call(/ up .* b$/));
  expect((await cli.ended).exitCode).toBe(0);
  expect(mostBuildsAtOnce(rig.journal())).toBe(1);
});

test('max_parallel_builds bounds the builds of a larger batch', async () => {
  const rig = await Rig.open();
  rig.fleet({ a: {}, b: {}, c: {} }, { batch: { size: 3, max_parallel_builds: 1 } });
  rig.finishUps();
  const cli = rig.start(['rebuild', 'a', 'b', 'c']);
  for (let n = 0; n < 3; n += 1) {
    const bake = await rig.call(BAKE);
    expect(rig.waiting(BAKE)).toEqual([]);
    await rig.finishBake(bake);
  }
  expect((await cli.ended).exitCode).toBe(0);
  expect(mostBuildsAtOnce(rig.journal())).toBe(1);
});

test('--batch-size all lifts max_parallel_builds too', async () => {
  const rig = await Rig.open();
  rig.fleet({ a: {}, b: {}, c: {} }, { batch: { max_parallel_builds: 1 } });
  rig.finishUps();
  const cli = rig.start(['rebuild', 'a', 'b', 'c', '--batch-size', 'all']);
  const bakes = [await rig.call(BAKE), await rig.call(BAKE), await rig.call(BAKE)];
  await Promise.all(bakes.map((bake) => rig.finishBake(bake)));
  expect((await cli.ended).exitCode).toBe(0);
});

test('a dependent is replaced only after its dependency is healthy, but built before', async () => {
  const rig = await Rig.open();
  rig.fleet({ db: {}, web: { depends_on: { db: { condition: 'service_healthy', required: true } } } });
  const cli = rig.start(['rebuild', 'db', 'web']);
  await rig.finishBake(await rig.bake('web'));
  const db = await rig.bake('db');
  expect(rig.waiting(/ up /)).toEqual([]);
  await rig.finishBake(db);
  await rig.finishUp(await rig.call(/ up /));
  await rig.finishUp(await rig.call(/ up .* web$/));
  expect((await cli.ended).exitCode).toBe(0);
  const order = rig
    .journal()
    .flatMap((event) =>
      event.type === 'service-healthy'
        ? [`healthy ${event.service}`]
        : event.type === 'step-intent' && event.intent.kind === 'replace'
          ? [`replace ${event.service}`]
          : [],
    );
  expect(order).toEqual(['replace db', 'healthy db', 'replace web', 'healthy web']);
});
