import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../../src/journal/events.ts';
import { projectRun } from '../../../../src/journal/projection.ts';
import { NotificationFeed } from '../../../../src/telemetry/notify/feed.ts';
import { merged, type Notification, wants } from '../../../../src/telemetry/notify/notification.ts';
import { slackBody } from '../../../../src/telemetry/notify/slack.ts';
import { eventsOf, RUN } from '../../../support/journal.ts';
import { failure } from '../../../support/notifications.ts';
import { settled, started } from '../../../support/run-state.ts';

const start: EventBody = {
  ...(started([]) as Extract<EventBody, { type: 'run-started' }>),
  services: [
    { service: 'a', category: 'x', wave: 1 },
    { service: 'b', category: 'x', wave: 1 },
    { service: 'c', category: 'x', wave: 2 },
  ],
};
const TESTS_FAILED = { code: 'test-failed', exitCode: 1, lastLogLines: ['line of a log'] } as const;
const end: EventBody = { type: 'run-finished', outcome: 'failed', exitCode: 1, why: '1 service failed, 1 skipped' };

/** What is told of the events after the first so many, which had come before anybody listened. */
function told(bodies: readonly EventBody[], before = 1) {
  const events = eventsOf(bodies);
  const feed = new NotificationFeed('homeiq', projectRun(RUN, events.slice(0, before)));
  return events.slice(before).flatMap((event) => [...feed.take(event)]);
}

const texts = (notifications: readonly Notification[]) => notifications.map(({ event, text }) => `${event} | ${text}`);

test('failures when they are known, waves when they are done, and the end', () => {
  const all = told([
    start,
    settled('a'),
    settled('b', { status: 'rolled-back', failure: TESTS_FAILED }),
    settled('c', { status: 'skipped', failure: { code: 'dependency-failed', dependency: 'b' } }),
    end,
  ]);
  expect(texts(all)).toEqual([
    'failure | phase1: b rolled back: tests failed: exit code 1',
    'wave | phase1: wave 1 of 2 done: 1 completed, 1 rolled back',
    'wave | phase1: wave 2 of 2 done: 1 skipped',
    'completion | phase1: rebuild failed after 4.0s: 1 service failed, 1 skipped',
  ]);
  expect(all.at(-1)).toMatchObject({
    version: 1,
    fleet: 'homeiq',
    phase: 'phase1',
    run: RUN,
    command: 'rebuild',
    outcome: 'failed',
    exitCode: 1,
    durationMs: 4000,
    counts: { total: 3, completed: 1, failed: 0, skipped: 1, rolledBack: 1 },
    services: [{ service: 'b', status: 'rolled-back', code: 'test-failed', text: 'tests failed: exit code 1' }],
  });
  expect(JSON.stringify(all)).not.toContain('line of a log');
});

test('what went back because the run was for that is no failure', () => {
  expect(told([start, settled('a', { status: 'rolled-back', failure: null })])).toEqual([]);
});

test('a continuation tells of the waves that it ends, and not of those before', () => {
  const before = [start, settled('a'), settled('b'), settled('c', { status: 'pending' })];
  const all = told([...before, settled('c'), { ...end, outcome: 'done', exitCode: 0, why: '3 completed' }], before.length);
  expect(texts(all)).toEqual([
    'wave | phase1: wave 2 of 2 done: 1 completed',
    'completion | phase1: rebuild done after 5.0s: 3 completed',
  ]);
});

test('a service that is left to a resume does not end its wave', () => {
  expect(told([start, settled('a'), settled('b', { status: 'pending' })])).toEqual([]);
});

test('a run whose record has no end is told as failed', () => {
  const [start1] = eventsOf([start]);
  const feed = new NotificationFeed('homeiq', projectRun(RUN, [start1!]));
  const [only] = feed.stopped('2026-02-04T14:00:11.000Z');
  expect(only).toMatchObject({ event: 'completion', outcome: 'failed' });
  expect(only!.text).toBe(
    'phase1: rebuild stopped after 10.0s: its record could not be written to the end'.replace('10.0s', '10s'),
  );
  feed.take({ ...eventsOf([end], RUN, 2)[0]! });
  expect(feed.stopped('2026-02-04T14:00:12.000Z')).toEqual([]);
});

test('who is told of what', () => {
  const ended = failure('a', { event: 'completion', outcome: 'failed' });
  expect(wants(['failure'], failure('a'))).toBe(true);
  expect(wants(['failure'], ended)).toBe(true);
  expect(wants(['failure'], { ...ended, outcome: 'done' })).toBe(false);
  expect(wants(['completion', 'wave'], failure('a'))).toBe(false);
});

test('failures that wait together are one, with the newest of each service', () => {
  const back = failure('a', { services: [{ service: 'a', status: 'rolled-back', code: 'x', text: 'y' }] });
  expect(merged(failure('a'), back)!.services).toEqual(back.services);
  expect(merged(failure('a'), failure('b', { run: 'other' }))).toBeNull();
  expect(merged(failure('a'), failure('b', { event: 'wave' }))).toBeNull();
  const many = Array.from({ length: 14 }, (_, i) => failure(`s${i}`)).reduce((all, one) => merged(all, one)!);
  expect(many.text).toBe('phase1: 14 services failed: s0, s1, s2, s3, s4, s5, s6, s7, s8, s9 and 4 more');
});

describe('Slack', () => {
  const textOf = (notification: Notification) => (JSON.parse(slackBody(notification)) as { text: string }).text;

  test('one failure is one line', () => {
    expect(textOf(failure('a'))).toBe('phase1: a failed: tests failed: exit code 1\n_homeiq, rebuild 20260204_140000_');
  });

  test('several are a list, which does not grow beyond a screen', () => {
    const services = Array.from({ length: 12 }, (_, i) => ({
      service: `s${i}`,
      status: 'failed' as const,
      code: 'x',
      text: 'y',
    }));
    const lines = textOf(failure('a', { services, text: 'T' })).split('\n');
    expect(lines).toHaveLength(13);
    expect([lines[1], lines[11]]).toEqual(['• `s0` failed: y', '… and 2 more']);
  });

  test('what a build printed mentions nobody and formats nothing', () => {
    const text = textOf(failure('a', { text: '<!channel> @here & `x`' }));
    expect(text.split('\n')[0]).toBe("&lt;!channel&gt; @\u200bhere &amp; 'x'");
  });
});
