import { expect, test } from 'vitest';
import type { EventBody } from '../../../src/journal/events.ts';
import { projectRun } from '../../../src/journal/projection.ts';
import { failureCode, recordsFromRuns } from '../../../src/journal/service-records.ts';
import {
  done,
  eventsOf,
  finished,
  imageId,
  intent,
  interrupted,
  resumed,
  settled,
  started,
  wholeService,
} from '../../support/journal.ts';

function record(...runs: readonly (readonly EventBody[])[]) {
  const states = runs.map((bodies, i) => projectRun(`run${i + 1}`, eventsOf([started(['a']), ...bodies], `run${i + 1}`)));
  return recordsFromRuns(states).get('a');
}

const completed = [...wholeService('a'), finished('done')];

test('a service that never settled has no record', () => {
  expect(record()).toBeUndefined();
  expect(record([intent('a', 'build')])).toBeUndefined();
});

test('the last settling counts, and the last completed one is kept beside it', () => {
  const found = record(completed, [settled('a', 'failed', imageId('1'))]);
  expect(found).toMatchObject({
    status: 'failed',
    run: 'run2',
    code: 'build-failed',
    completed: { image: imageId('1'), inputs: 'aa' },
  });
});

test('a resume replaces the run’s earlier settling', () => {
  expect(record([settled('a', 'failed'), finished('failed'), resumed(['a']), ...completed])).toMatchObject({
    status: 'completed',
    run: 'run1',
  });
});

test('a service that was rolled back does not stay completed; what completed before that run is what is compared', () => {
  const earlier = [...wholeService('a').slice(0, -1), settled('a', 'completed', imageId('e'))];
  const found = record(earlier, [...completed, settled('a', 'rolled-back', imageId('e'))]);
  expect(found).toMatchObject({ status: 'rolled-back', run: 'run2', completed: { image: imageId('e') } });
});

test('left pending untouched, it is what it was before; left pending inside a replace, it is pending', () => {
  expect(record(completed, [intent('a', 'build'), interrupted('a', 'build'), settled('a', 'pending')])).toMatchObject({
    status: 'completed',
    run: 'run1',
  });
  expect(record(completed, [intent('a', 'replace'), interrupted('a', 'replace'), settled('a', 'pending')])).toMatchObject({
    status: 'pending',
    run: 'run2',
  });
});

test('durations of successful steps over all runs, the last twenty, newest last', () => {
  const runs = Array.from({ length: 25 }, (_, i) => [intent('a', 'build'), done('a', 'build', i), settled('a', 'completed')]);
  expect(record(...runs)?.durationsMs).toEqual({ build: Array.from({ length: 20 }, (_, i) => i + 5) });
});

test('the code of a failed dependency names it', () => {
  expect(failureCode({ code: 'dependency-failed', dependency: 'core/api' })).toBe('dependency-failed:core/api');
  expect(failureCode({ code: 'interrupted' })).toBe('interrupted');
  expect(failureCode(null)).toBeNull();
});
