import { rm, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event, EventBody } from '../../../src/journal/events.ts';
import { EventStream } from '../../support/event-stream.ts';
import { eventually } from '../../support/eventually.ts';
import { eventsOf, finished, journalText, notice, RUN, started, wholeService } from '../../support/journal.ts';
import { EMPTY_SAMPLE, ServedPhase } from '../../support/served-phase.ts';

const NEWER = '20260205_140000';

/** A run of so many events, some of them long. */
function longRun(count: number, run = RUN): Event[] {
  const bodies: EventBody[] = [started(['a'])];
  while (bodies.length < count)
    bodies.push(notice(`${bodies.length} <script>alert(1)</script>\n${'x'.repeat(bodies.length % 300)}`));
  return eventsOf(bodies, run);
}

function upTo(count: number, from = 1): number[] {
  return Array.from({ length: count - from + 1 }, (_, i) => from + i);
}

describe('a stream', () => {
  test('says that there is no run yet, then tells of the first one as it grows', async () => {
    const phase = await ServedPhase.start();
    const stream = new EventStream(phase.port);
    await eventually('it says that there is none', () => stream.named('run').length === 1);
    expect(stream.named('run')).toEqual([{ run: null, live: false }]);
    const events = eventsOf([started(['a']), ...wholeService('a'), finished('done')]);
    await phase.hold();
    await phase.record(events.slice(0, 3));
    await eventually('the first events', () => stream.events.length === 3);
    await phase.record(events.slice(3));
    await eventually('all events', () => stream.events.length === events.length);
    expect(stream.events).toEqual(events);
    expect(stream.named('run').at(-1)).toEqual({ run: RUN, live: true });
    await eventually('the run is not live any more', () => stream.named('live').at(-1)?.live === false);
  });

  test('begins with the run, and gives samples of the containers', async () => {
    const phase = await ServedPhase.start();
    await phase.record(longRun(3));
    const stream = new EventStream(phase.port);
    await eventually('a sample', () => stream.named('sample').length > 0);
    await eventually('the events', () => stream.events.length === 3);
    expect(stream.messages.find(({ event }) => event !== 'sample')).toMatchObject({ event: 'run', data: { run: RUN } });
    expect(stream.named('sample')[0]).toEqual(EMPTY_SAMPLE);
    expect(stream.lastId).toBe(`${RUN}:3`);
  });

  test('gives an old journal that is larger than what is kept in memory, whole and in order', async () => {
    const phase = await ServedPhase.start();
    const events = eventsOf([started(['a']), ...Array.from({ length: 4000 }, (_, i) => notice(`${i}${'y'.repeat(1000)}`))]);
    await phase.record(events);
    const stream = new EventStream(phase.port);
    await eventually('all events', () => stream.events.length >= events.length);
    expect(stream.seqs).toEqual(upTo(events.length));
    const late = new EventStream(phase.port, { lastEventId: `${RUN}:7` });
    await eventually('all but seven', () => late.events.length >= events.length - 7);
    expect(late.seqs).toEqual(upTo(events.length, 8));
  });

  test('goes on after the last event that the client has, and gives a newer run whole', async () => {
    const phase = await ServedPhase.start();
    await phase.record(longRun(20));
    const again = new EventStream(phase.port, { lastEventId: `${RUN}:12` });
    await eventually('the rest', () => again.events.length === 8);
    expect(again.seqs).toEqual(upTo(20, 13));
    await phase.record(longRun(5, NEWER), NEWER);
    await eventually('the newer run', () => again.events.length === 13);
    expect(again.events.slice(8).map(({ run, seq }) => [run, seq])).toEqual(upTo(5).map((seq) => [NEWER, seq]));
    const other = new EventStream(phase.port, { lastEventId: `${RUN}:12` });
    await eventually('the newest run', () => other.events.length === 5);
    expect(other.seqs).toEqual(upTo(5));
    const old = new EventStream(phase.port, { query: `?run=${RUN}`, lastEventId: `${RUN}:19` });
    await eventually('the old run, as asked for', () => old.events.length === 1);
    expect(old.events[0]).toMatchObject({ run: RUN, seq: 20 });
  });

  test.each(['rubbish', `${RUN}:-1`, `${RUN}:x`, ':', '../../etc/passwd:1'])('takes the id %j for none', async (lastEventId) => {
    const phase = await ServedPhase.start();
    await phase.record(longRun(4));
    const stream = new EventStream(phase.port, { lastEventId });
    await eventually('all events', () => stream.events.length === 4);
  });

  test('makes a client forget events that the journal does not have any more', async () => {
    const phase = await ServedPhase.start();
    await phase.record(longRun(4));
    const stream = new EventStream(phase.port, { lastEventId: `${RUN}:400` });
    await eventually('all events', () => stream.events.length === 4);
    expect(stream.named('run')).toMatchObject([{ run: null }, { run: RUN }]);
  });

  test('begins anew when the journal is replaced by another', async () => {
    const phase = await ServedPhase.start();
    await phase.record(longRun(9));
    const stream = new EventStream(phase.port);
    await eventually('all events', () => stream.events.length === 9);
    await rm(phase.journal());
    await writeFile(phase.journal(), journalText(longRun(3)));
    await eventually('the events of the other', () => stream.events.length === 12);
    expect(stream.named('run').map(({ run }) => run)).toEqual([RUN, null, RUN]);
  });

  test('does not know a run that is not there', async () => {
    const phase = await ServedPhase.start();
    for (const run of ['20200101_000000', '..', '%2e%2e%2f%2e%2e', '']) {
      expect(await phase.ask(`/api/stream?run=${run}`)).toMatchObject({ status: 404, json: { code: 'unknown-run' } });
    }
  });

  test('answers HEAD without a stream', async () => {
    const phase = await ServedPhase.start();
    const answer = await phase.ask('/api/stream', { method: 'HEAD' });
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers['content-type']).toMatch('text/event-stream');
  });
});

describe('exactness', () => {
  test('however often and wherever the connection breaks, no event is lost or comes twice', async () => {
    const phase = await ServedPhase.start();
    const events = longRun(600);
    const writing = (async () => {
      for (let at = 0; at < events.length; at += 5) {
        await phase.record(events.slice(at, at + 5));
        await new Promise(setImmediate);
      }
    })();
    const clients = Array.from({ length: 8 }, (_, seed) => brokenOften(phase.port, { times: 25, seed, total: events.length }));
    const got = await Promise.all([...clients, writing]);
    for (const seqs of got.slice(0, -1)) expect(seqs).toEqual(upTo(events.length));
  });

  test('a server that was ended and started again on the same port goes on where the client is', async () => {
    const phase = await ServedPhase.start();
    const events = longRun(60);
    let lastEventId = '';
    const got: number[] = [];
    for (let at = 0; at < events.length; at += 10) {
      const stream = new EventStream(phase.port, { lastEventId });
      await phase.record(events.slice(at, at + 5));
      await eventually('what was written', () => got.length + stream.events.length >= at + 5);
      await phase.record(events.slice(at + 5, at + 10));
      await phase.restart();
      await stream.ended;
      got.push(...stream.seqs);
      lastEventId = stream.lastId;
    }
    const last = new EventStream(phase.port, { lastEventId });
    await eventually('all events', () => got.length + last.events.length >= events.length);
    expect([...got, ...last.seqs]).toEqual(upTo(events.length));
  });

  test('twenty clients that come at any time get the same', async () => {
    const phase = await ServedPhase.start();
    const events = longRun(1000);
    const streams: EventStream[] = [];
    for (let at = 0; at < events.length; at += 50) {
      streams.push(new EventStream(phase.port));
      await phase.record(events.slice(at, at + 50));
    }
    await eventually('all events', () => streams.every((stream) => stream.events.length >= events.length));
    for (const stream of streams) expect(stream.seqs).toEqual(upTo(events.length));
  });
});

/** A client whose connection breaks so many times, each after a random number of bytes, and that comes back with what it has. */
async function brokenOften(
  port: number,
  { times, seed, total }: { times: number; seed: number; total: number },
): Promise<number[]> {
  const got: number[] = [];
  let lastEventId = '';
  for (const cutAfterBytes of fc.sample(fc.integer({ min: 1, max: 6000 }), { numRuns: times, seed })) {
    const stream = new EventStream(port, { lastEventId, cutAfterBytes });
    await eventually('it is cut, or has all', () => stream.bytes >= cutAfterBytes || got.length + stream.events.length >= total);
    stream.kill();
    await stream.ended;
    got.push(...stream.seqs);
    lastEventId = stream.lastId || lastEventId;
  }
  const last = new EventStream(port, { lastEventId });
  await eventually('all events', () => got.length + last.events.length >= total);
  return [...got, ...last.seqs];
}
