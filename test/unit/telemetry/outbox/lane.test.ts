import { describe, expect, test } from 'vitest';
import { VirtualTime } from '../../../../src/docker/simulated/virtual-time.ts';
import { Lane } from '../../../../src/telemetry/outbox/lane.ts';
import type { Deliver, Destination, Letter, Sent } from '../../../../src/telemetry/outbox/letter.ts';
import { Outbox } from '../../../../src/telemetry/outbox/outbox.ts';
import { retryAfter, waitAfter } from '../../../../src/telemetry/outbox/retry.ts';
import { failure } from '../../../support/notifications.ts';

const HOOK: Destination = { kind: 'webhook', address: { kind: 'url', url: 'https://h.example.com/s3cret' }, format: 'json' };
const COMMAND: Destination = { kind: 'command', command: ['./tell'] };
const DONE: Sent = { kind: 'delivered', remark: null };
const FAILED: Sent = { kind: 'failed', why: 'it answers 500', retryAfterMs: null };

const trace = (id: string): Letter => ({ kind: 'trace', id, body: id });

/** A lane whose deliveries end as told, one after the other and then well; when each was tried, in milliseconds. */
function laneThat(outcomes: readonly Sent[], destination: Destination = HOOK) {
  const time = new VirtualTime(0);
  const tries: [number, string][] = [];
  const left = [...outcomes];
  const deliver: Deliver = async (_, letter) => {
    tries.push([time.now(), letter.id]);
    return left.shift() ?? DONE;
  };
  const lane = new Lane({ destination, deliver, clock: time, giveUpAfterMs: 300_000 });
  return { time, tries, lane };
}

test('letters are delivered in their order, one after the other', async () => {
  const { lane, tries, time } = laneThat([]);
  for (const id of ['a', 'b', 'c']) lane.add(trace(id));
  await time.drive(lane.idle());
  expect(tries.map(([, id]) => id)).toEqual(['a', 'b', 'c']);
  expect(lane.report()).toMatchObject({ lost: 0, waiting: [], why: '' });
});

test('500, then 200: tried again after a second', async () => {
  const { lane, tries, time } = laneThat([FAILED]);
  lane.add(trace('a'));
  await time.drive(lane.idle());
  expect(tries).toEqual([
    [0, 'a'],
    [1000, 'a'],
  ]);
  expect(lane.report()).toMatchObject({ lost: 0, waiting: [] });
});

test('429 with Retry-After: tried again when it says', async () => {
  const { lane, tries, time } = laneThat([{ kind: 'failed', why: 'it answers 429', retryAfterMs: 17_000 }]);
  lane.add(trace('a'));
  await time.drive(lane.idle());
  expect(tries.map(([at]) => at)).toEqual([0, 17_000]);
});

test('waits double up to half a minute, and after five minutes the letter is given up and the next one tried', async () => {
  const { lane, tries, time } = laneThat(Array.from({ length: 13 }, () => FAILED));
  lane.add(trace('a'));
  lane.add(trace('b'));
  await time.drive(lane.idle());
  const seconds = tries.filter(([, id]) => id === 'a').map(([at]) => at / 1000);
  expect(seconds).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121, 151, 181, 211, 241, 271].slice(0, seconds.length));
  expect(seconds.at(-1)!).toBeGreaterThan(240);
  expect(seconds.at(-1)!).toBeLessThanOrEqual(300);
  expect(lane.report()).toMatchObject({ lost: expect.any(Number), why: 'it answers 500', waiting: [] });
});

test('who asks for more patience than there is is given up', async () => {
  const { lane, tries, time } = laneThat([{ kind: 'failed', why: 'it answers 429', retryAfterMs: 3_600_000 }]);
  lane.add(trace('a'));
  await time.drive(lane.idle());
  expect(tries).toHaveLength(1);
  expect(lane.report()).toMatchObject({ lost: 1, waiting: [] });
});

test('what is refused is not tried again', async () => {
  const { lane, tries, time } = laneThat([{ kind: 'refused', why: 'it answers 404' }]);
  lane.add(trace('a'));
  lane.add(trace('b'));
  await time.drive(lane.idle());
  expect(tries.map(([, id]) => id)).toEqual(['a', 'b']);
  expect(lane.report()).toMatchObject({ lost: 1, why: 'it answers 404' });
});

test('a command is tried three times', async () => {
  const { lane, tries, time } = laneThat([FAILED, FAILED, FAILED], COMMAND);
  lane.add(trace('a'));
  await time.drive(lane.idle());
  expect(tries).toHaveLength(3);
  expect(lane.report().lost).toBe(1);
});

test('a bug in a delivery is a reason like any other, without its words', async () => {
  const deliver: Deliver = () => Promise.reject(new TypeError('https://h.example.com/s3cret'));
  const time = new VirtualTime(0);
  const lane = new Lane({ destination: HOOK, deliver, clock: time, giveUpAfterMs: 1000 });
  lane.add(trace('a'));
  await time.drive(lane.idle());
  expect(lane.report()).toMatchObject({ lost: 1, why: 'an internal error (TypeError)' });
});

describe('a receiver that hangs', () => {
  function hanging() {
    const time = new VirtualTime(0);
    const tried: string[] = [];
    const deliver: Deliver = (destination, letter, signal) => {
      tried.push(letter.id);
      if (destination.kind === 'command') return Promise.resolve(DONE);
      return new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ kind: 'failed', why: 'no answer within 5s', retryAfterMs: null })),
      );
    };
    return { time, tried, deliver };
  }

  test('failures that come meanwhile wait as one, which says all', async () => {
    const { deliver, time } = hanging();
    const lane = new Lane({ destination: HOOK, deliver, clock: time, giveUpAfterMs: 1000 });
    lane.add({ kind: 'notification', id: '1', notification: failure('a') });
    await Promise.resolve();
    await Promise.resolve();
    for (const service of ['b', 'c', 'd']) lane.add({ kind: 'notification', id: service, notification: failure(service) });
    const { waiting } = await lane.stop();
    expect(waiting.map((one) => one.kind === 'notification' && one.notification.text)).toEqual([
      'phase1: a failed: tests failed: exit code 1',
      'phase1: 3 services failed: b, c, d',
    ]);
  });

  test('what waits is bounded, and what is given up for it is counted', async () => {
    const { deliver, time } = hanging();
    const lane = new Lane({ destination: HOOK, deliver, clock: time, giveUpAfterMs: 1000 });
    for (let n = 0; n < 1150; n += 1) lane.add(trace(String(n)));
    const { waiting, lost } = await lane.stop();
    expect([waiting.length, lost, waiting[0]!.id, waiting.at(-1)!.id]).toEqual([1000, 150, '0', '1149']);
  });

  test('holds up nobody else, and the end waits for it as long as it is told', async () => {
    const { deliver, time, tried } = hanging();
    const outbox = new Outbox([HOOK, COMMAND], { deliver, clock: time, giveUpAfterMs: 300_000 });
    outbox.send(0, trace('hook'));
    outbox.send(1, trace('command'));
    const reports = await time.drive(outbox.close(1000));
    expect(time.now()).toBe(1000);
    expect(tried).toEqual(['hook', 'command']);
    expect(reports.map(({ waiting, why }) => [waiting.length, why])).toEqual([
      [1, 'no answer yet'],
      [0, ''],
    ]);
  });

  test('the end does not wait when nothing waits', async () => {
    const { deliver, time } = hanging();
    const outbox = new Outbox([COMMAND], { deliver, clock: time, giveUpAfterMs: 300_000 });
    outbox.send(0, trace('command'));
    await time.drive(outbox.close(1000));
    expect(time.now()).toBe(0);
  });
});

test('waits', () => {
  expect([1, 2, 3, 5, 6, 40].map((tries) => waitAfter(tries, null))).toEqual([1000, 2000, 4000, 16_000, 30_000, 30_000]);
  expect(waitAfter(1, 200)).toBe(1000);
  expect(waitAfter(1, 90_000)).toBe(90_000);
});

test.each([
  [undefined, null],
  ['120', 120_000],
  [' 0 ', 0],
  ['Wed, 04 Feb 2026 14:01:00 GMT', 60_000],
  ['Wed, 04 Feb 2026 13:00:00 GMT', 0],
  ['soon', null],
  ['-5', null],
])('Retry-After %s', (header, ms) => {
  const parsed = retryAfter(header, Date.UTC(2026, 1, 4, 14, 0, 0));
  expect(parsed).toBe(ms);
});
