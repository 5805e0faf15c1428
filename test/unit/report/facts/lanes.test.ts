import { describe, expect, test } from 'vitest';
import type { Event, EventBody } from '../../../../src/journal/events.ts';
import { projectRun } from '../../../../src/journal/projection.ts';
import { lanesOf } from '../../../../src/report/facts/lanes.ts';
import { DETAIL_LENGTH, DetailFold } from '../../../../src/report/facts/samples.ts';
import { atSecond, timed } from '../../../support/facts.ts';
import { done, healthy, intent, RUN, started } from '../../../support/journal.ts';

const sample = (service: string, text: string, good = false): EventBody => ({
  type: 'health-sample',
  service,
  container: 'c1',
  good,
  text,
});

const testLine = (service: string, line: string): EventBody => ({
  type: 'step-progress',
  service,
  step: `${service}:test`,
  progress: { kind: 'test', line },
});

function folded(events: readonly Event[]): DetailFold {
  const details = new DetailFold();
  for (const event of events) details.apply(event);
  return details;
}

const inTurn = (...bodies: readonly EventBody[]) => timed(...bodies.map((body, i) => [i, body] as const));

describe('lanesOf', () => {
  const events = inTurn(
    started(['a', 'b', 'c', 'd', 'e', 'f']),
    intent('a', 'build'),
    {
      type: 'step-progress',
      service: 'a',
      step: 'a:build',
      progress: { kind: 'build', step: 3, of: 12, cached: 1, name: 'RUN x' },
    },
    intent('b', 'test'),
    testLine('b', 'tests/test_app.py ....      [ 45%]'),
    intent('c', 'verify'),
    sample('c', 'status 503'),
    intent('d', 'verify'),
    sample('d', 'status 200', true),
    healthy('d'),
    intent('e', 'build'),
    done('e', 'build'),
    intent('f', 'build'),
    { type: 'retry-scheduled', service: 'f', step: 'f:build', attempt: 2, delayMs: 1000, why: 'reset by peer' },
  );
  const lanes = lanesOf(projectRun(RUN, events), folded(events), atSecond(20));

  test('each kind of step is a lane, with what it does now', () => {
    expect(lanes.map(({ kind, rows }) => [kind, rows.map((row) => `${row.service} ${row.doing}`)])).toEqual([
      ['backup', []],
      ['build', ['a building', 'f retrying']],
      ['test', ['b testing']],
      ['replace', []],
      ['verify', ['c verifying', 'd soaking']],
      ['rollback', []],
    ]);
  });

  test('with how far it has come and what was seen last', () => {
    const row = (service: string) => lanes.flatMap((lane) => lane.rows).find((r) => r.service === service);
    expect(row('a')).toMatchObject({ sinceMs: 19_000, share: 0.25, build: { step: 3, of: 12, cached: 1 }, sample: null });
    expect(row('b')).toMatchObject({ share: 0.45, testLine: 'tests/test_app.py ....      [ 45%]', build: null });
    expect(row('c')).toMatchObject({ share: null, sample: { good: false, text: 'status 503' } });
    expect(row('d')?.sample).toMatchObject({ good: true, text: 'status 200' });
    expect(row('f')).toMatchObject({ attempt: 1, detail: 'reset by peer' });
  });

  test('without details it still tells the steps', () => {
    expect(lanesOf(projectRun(RUN, events), null, atSecond(20)).flatMap((lane) => lane.rows)).toHaveLength(5);
  });
});

describe('DetailFold', () => {
  test('keeps the newest, and begins anew with the step that they belong to', () => {
    const many = Array.from({ length: DETAIL_LENGTH + 5 }, (_, i) => sample('a', `look ${i}`));
    const details = folded(inTurn(started(['a']), intent('a', 'verify'), ...many, testLine('a', 'one'), intent('b', 'test')));
    expect(details.of('a').samples.map(({ text }) => text)).toEqual(many.slice(5).map((_, i) => `look ${i + 5}`));
    const again = folded(
      inTurn(
        started(['a']),
        testLine('a', 'one'),
        sample('a', 'x'),
        intent('a', 'verify'),
        sample('a', 'y'),
        intent('a', 'build'),
      ),
    );
    expect(again.of('a')).toMatchObject({ samples: [{ text: 'y' }], testLines: ['one'] });
    expect(folded(inTurn(testLine('a', 'one'), intent('a', 'test'))).of('a').testLines).toEqual([]);
  });

  test('an event that comes twice counts once, and what did not change is the same object', () => {
    const events = inTurn(started(['a', 'b']), sample('a', 'x'), sample('b', 'y'));
    const details = folded(events);
    const known = details.of('a');
    for (const event of events) details.apply(event);
    expect(details.of('a')).toBe(known);
    expect(known.samples).toHaveLength(1);
    expect(details.of('nobody')).toEqual({ samples: [], testLines: [] });
  });
});
