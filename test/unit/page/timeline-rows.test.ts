import { expect, test } from 'vitest';
import { projectRun } from '../../../src/journal/projection.ts';
import { rowsByLane, rowsByService } from '../../../src/page/state/timeline-rows.ts';
import { timelineOf } from '../../../src/report/facts/timeline.ts';
import { done, eventsOf, intent, RUN, started } from '../../support/journal.ts';

const STATE = projectRun(
  RUN,
  eventsOf([
    started(['a', 'b']),
    intent('a', 'build'),
    intent('b', 'build'),
    done('a', 'build', 2000),
    intent('a', 'test'),
    done('b', 'build', 3000),
  ]),
);
const TIMELINE = timelineOf(STATE, null, { live: true, nowMs: Date.parse(STATE.lastAt!) + 5000 });

test('a line for each service, with its steps', () => {
  const rows = rowsByService(TIMELINE);
  expect(rows.map(({ label, bars }) => [label, bars.map(({ kind }) => kind)])).toEqual([
    ['a', ['build', 'test']],
    ['b', ['build']],
  ]);
});

test('a line for each place of a lane: what went on at once stands below each other', () => {
  const rows = rowsByLane(TIMELINE);
  expect(rows.map(({ label, bars }) => [label, bars.map(({ service }) => service)])).toEqual([
    ['build 1', ['a']],
    ['build 2', ['b']],
    ['test 1', ['a']],
  ]);
});

test('the critical path is marked in both', () => {
  const critical = (rows: ReturnType<typeof rowsByLane>) =>
    rows.flatMap(({ bars }) => bars.filter((bar) => bar.critical).map(({ step }) => step));
  expect(TIMELINE.criticalPath.length).toBeGreaterThan(0);
  expect(critical(rowsByService(TIMELINE)).sort()).toEqual([...TIMELINE.criticalPath].sort());
  expect(critical(rowsByLane(TIMELINE)).sort()).toEqual([...TIMELINE.criticalPath].sort());
});
