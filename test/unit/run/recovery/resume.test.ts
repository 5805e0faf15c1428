import { expect, test } from 'vitest';
import { projectRun } from '../../../../src/journal/projection.ts';
import { NO_OPTIONS } from '../../../../src/plan/options.ts';
import type { PlanOptions } from '../../../../src/plan/types.ts';
import { checkNarrowing, resumeFacts, withoutSelected } from '../../../../src/run/recovery/resume.ts';
import { fleetOf } from '../../../support/fleet-builder.ts';
import { done, eventsOf, finished, imageId, intent, RUN, resumed, settled, started } from '../../../support/journal.ts';

const RECORDED: Pick<PlanOptions, 'services' | 'categories'> = { services: ['api', 'web'], categories: [] };

function outside(recorded: Partial<PlanOptions>, changes: { services?: string[]; categories?: string[] }): string[] {
  const problems = checkNarrowing(recorded as PlanOptions, { services: [], categories: [], ...changes });
  return problems.map((problem) => problem.message);
}

test('a continued run can be narrowed to a part of what it selected', () => {
  expect(outside(RECORDED, { services: ['web'] })).toEqual([]);
  expect(outside({ services: [], categories: ['data', 'ui'] }, { categories: ['ui'] })).toEqual([]);
});

test('it is never widened: an empty rest would mean the whole fleet', () => {
  expect(outside(RECORDED, { services: ['db', 'web', 'cache'] })).toEqual([
    'The service db is not part of the run',
    'The service cache is not part of the run',
  ]);
  expect(outside({ services: [], categories: ['data'] }, { categories: ['ui'] })).toEqual([
    'The category ui is not part of the run',
  ]);
});

test('a run of everything can be narrowed to anything', () => {
  expect(outside({ services: [], categories: [] }, { services: ['db'], categories: ['ui'] })).toEqual([]);
});

test('a test stands without a build before it: of the image that it was of', () => {
  const state = projectRun(RUN, eventsOf([started(['a']), intent('a', 'test'), done('a', 'test')]));
  expect(resumeFacts(state, new Map()).tested).toEqual(new Map([['a', { image: imageId('1'), result: 'passed' }]]));
});

test('what was rolled back is done anew, and only once: a build since then stands', () => {
  const built = [intent('a', 'build'), done('a', 'build')];
  const wentBack = [started(['a']), ...built, settled('a', 'rolled-back'), finished('failed')];
  expect(resumeFacts(projectRun(RUN, eventsOf(wentBack)), new Map()).built.size).toBe(0);
  const takenUp = [...wentBack, resumed(['a'])];
  expect(resumeFacts(projectRun(RUN, eventsOf(takenUp)), new Map()).built.size).toBe(0);
  const builtAgain = [...takenUp, ...built, finished('interrupted')];
  expect([...resumeFacts(projectRun(RUN, eventsOf(builtAgain)), new Map()).built.keys()]).toEqual(['a']);
});

test('what is put in place anew after it was completed, such as after a restart of the host, is completed once it is judged again', () => {
  const completed = [started(['a']), intent('a', 'replace'), done('a', 'replace'), intent('a', 'verify'), done('a', 'verify')];
  const first = [...completed, settled('a', 'completed')];
  const again = [...first, resumed(['a']), intent('a', 'replace')];
  const placed = [...again, done('a', 'replace'), intent('a', 'verify')];
  const judged = [...placed, done('a', 'verify')];
  const factsOf = (bodies: typeof first) => {
    const { settled, replaced } = resumeFacts(projectRun(RUN, eventsOf(bodies)), new Map());
    return { settled: [...settled], replaced: [...replaced.keys()] };
  };
  expect(factsOf(first)).toEqual({ settled: ['a'], replaced: [] });
  expect(factsOf(again)).toEqual({ settled: [], replaced: [] });
  expect(factsOf(placed)).toEqual({ settled: [], replaced: ['a'] });
  expect(factsOf(judged)).toEqual({ settled: ['a'], replaced: [] });
});

test('what failed or was taken back is to be mended; what was put back because the run was for that is not', () => {
  const failure = { code: 'dependency-fell', dependency: 'a' } as const;
  const ends = [
    settled('a', 'failed'),
    { ...settled('b', 'rolled-back'), failure },
    settled('c', 'rolled-back'),
    settled('d', 'skipped'),
  ];
  const state = projectRun(RUN, eventsOf([started(['a', 'b', 'c', 'd']), ...ends]));
  expect([...resumeFacts(state, new Map()).failed!]).toEqual(['a', 'b']);
});

test('a continuation that is narrowed leaves those who failed for later, but for those whom nobody had selected', () => {
  const fleet = fleetOf({ a: {}, b: { category: null } });
  const state = projectRun(RUN, eventsOf([started(['a', 'b']), settled('a', 'failed'), settled('b', 'failed')]));
  expect([...withoutSelected(resumeFacts(state, new Map()), fleet, NO_OPTIONS).failed!]).toEqual(['b']);
});
