import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../../src/journal/events.ts';
import { categoryRows, countRows } from '../../../../src/report/facts/category-row.ts';
import { isActive, isTrouble, ServiceRows, serviceRows } from '../../../../src/report/facts/service-row.ts';
import { atSecond, plannedService, timedRun } from '../../../support/facts.ts';
import { done, failed, healthy, imageId, intent, resumed, settled, started, wholeService } from '../../../support/journal.ts';

const plan = {
  services: [plannedService('a', { risk: 'high', wave: 2, critical: true, estimateMs: 9000 }), plannedService('b')],
};

/** The row of service `a` after these events, a second apart, at the end of the last second. */
function rowOf(...bodies: readonly EventBody[]) {
  const state = timedRun([0, started(['a'])], ...bodies.map((body, i) => [i + 1, body] as const));
  return serviceRows(state, plan, { live: true, nowMs: atSecond(bodies.length + 1) })[0]!;
}

const progress = (step: 'build' | 'test', said: Extract<EventBody, { type: 'step-progress' }>['progress']): EventBody => ({
  type: 'step-progress',
  service: 'a',
  step: `a:${step}`,
  progress: said,
});

describe('a row', () => {
  test('before anything was begun', () => {
    const row = rowOf();
    expect(row).toEqual({
      service: 'a',
      category: 'core',
      risk: 'high',
      wave: 0,
      critical: true,
      status: 'waiting',
      step: null,
      doing: 'waiting',
      detail: '',
      attempt: 0,
      sinceMs: null,
      startedMs: null,
      endedMs: null,
      durationMs: null,
      estimateMs: 9000,
      cause: 'inputs changed',
      failure: null,
      failureCode: null,
      downtimeMs: null,
      imageBefore: null,
      imageAfter: null,
      imageBytes: null,
      cachedSteps: 0,
      totalSteps: 0,
      tested: null,
      tests: null,
    });
    expect(isActive(row)).toBe(false);
  });

  test('in a build: what BuildKit does, and for how long', () => {
    const row = rowOf(intent('a', 'build'), progress('build', { kind: 'build', step: 3, of: 9, cached: 2, name: 'RUN make' }));
    expect(row).toMatchObject({
      status: 'running',
      step: 'build',
      doing: 'building',
      detail: 'step 3 of 9, 2 cached: RUN make',
      attempt: 1,
      sinceMs: 2000,
      durationMs: 2000,
      cachedSteps: 2,
      totalSteps: 9,
    });
  });

  test('between two steps, retrying, and soaking', () => {
    expect(rowOf(intent('a', 'build'), done('a', 'build'))).toMatchObject({
      status: 'waiting',
      step: null,
      doing: 'waiting',
      detail: 'built',
      sinceMs: 1000,
      cachedSteps: 2,
      totalSteps: 4,
      imageBytes: 1000,
    });
    const retry = { type: 'retry-scheduled', service: 'a', step: 'a:build', attempt: 2, delayMs: 30_000, why: 'reset' } as const;
    expect(rowOf(intent('a', 'build'), retry)).toMatchObject({ step: 'build', doing: 'retrying', detail: 'reset', attempt: 1 });
    expect(rowOf(intent('a', 'build'), retry, intent('a', 'build', 2))).toMatchObject({ doing: 'building', attempt: 2 });
    const soaking = rowOf(intent('a', 'verify'), healthy('a'));
    expect(soaking).toMatchObject({ status: 'soaking', step: 'verify', doing: 'soaking', downtimeMs: 500 });
    expect(isActive(soaking)).toBe(true);
  });

  test('completed: what there was, what there is, and how it was tested', () => {
    const row = rowOf(...wholeService('a'));
    expect(row).toMatchObject({
      status: 'completed',
      doing: 'completed',
      detail: '',
      sinceMs: null,
      startedMs: atSecond(1),
      endedMs: atSecond(12),
      durationMs: 11_000,
      imageBefore: imageId('0'),
      imageAfter: imageId('1'),
      tested: 'passed',
      tests: 3,
    });
    expect([isActive(row), isTrouble(row)]).toEqual([false, false]);
  });

  test('failed and rolled back: why, and what was built all the same', () => {
    const steps = [intent('a', 'build'), done('a', 'build'), intent('a', 'replace'), done('a', 'replace')];
    const fall = [intent('a', 'verify'), failed('a', 'verify'), intent('a', 'rollback'), done('a', 'rollback')];
    expect(rowOf(...steps, ...fall)).toMatchObject({ detail: '', imageBefore: imageId('0'), imageAfter: imageId('0') });
    const end = { ...settled('a', 'rolled-back', imageId('0')), failure: { code: 'engine-error', message: 'gone' } } as EventBody;
    const row = rowOf(...steps, ...fall, end);
    expect(row).toMatchObject({
      status: 'rolled-back',
      doing: 'rolled back',
      detail: 'the engine failed: gone',
      failure: 'the engine failed: gone',
      failureCode: 'engine-error',
      imageAfter: imageId('0'),
      totalSteps: 4,
    });
    expect(isTrouble(row)).toBe(true);
    expect(isTrouble(rowOf(settled('a', 'rolled-back')))).toBe(false);
    expect(isTrouble(rowOf(settled('a', 'pending')))).toBe(false);
  });

  test('without a plan it says what the journal says; of a plan, what was observed before', () => {
    const state = timedRun([0, started(['a'])]);
    expect(serviceRows(state, null, { live: true, nowMs: 0 })[0]).toMatchObject({
      risk: '',
      critical: false,
      estimateMs: null,
      cause: '',
    });
    const facts = { containers: [], image: imageId('7'), tagImage: null, inputs: null, config: '', status: 'completed' } as const;
    expect(serviceRows(state, { ...plan, observed: { a: facts } }, { live: true, nowMs: 0 })[0]!.imageBefore).toBe(imageId('7'));
  });
});

describe('ServiceRows', () => {
  const names = ['a', 'b', 'c'];
  const state = timedRun([0, started(names)], [1, intent('b', 'build')], ...wholeService('c').map((body) => [2, body] as const));

  test('gives the very same row of what stands still, and a new one of what goes on', () => {
    const rows = new ServiceRows(plan);
    const [first, second] = [
      rows.at(state, { live: true, nowMs: atSecond(3) }),
      rows.at(state, { live: true, nowMs: atSecond(4) }),
    ];
    expect(second.map((row, i) => row === first[i])).toEqual([true, false, true]);
    expect([first[1]!.sinceMs, second[1]!.sinceMs]).toEqual([2000, 3000]);
    expect(second).toEqual(serviceRows(state, plan, { live: true, nowMs: atSecond(4) }));
  });

  test('gives the very same list when nothing goes on', () => {
    const rows = new ServiceRows(plan);
    const still = timedRun([0, started(names)], [1, settled('a', 'completed')]);
    expect(rows.at(still, { live: true, nowMs: atSecond(3) })).toBe(rows.at(still, { live: true, nowMs: atSecond(9) }));
    const resumedRun = timedRun([0, started(names)], [1, settled('a', 'completed')], [2, resumed(['a'])]);
    expect(rows.at(resumedRun, { live: true, nowMs: atSecond(9) })[0]!.status).toBe('waiting');
  });
});

describe('a run that was cut off', () => {
  const cutOff = (...bodies: readonly EventBody[]) => {
    const state = timedRun([0, started(['a', 'b'])], ...bodies.map((body, i) => [i + 1, body] as const));
    return serviceRows(state, plan, { live: false, nowMs: atSecond(9000) });
  };

  test.each([
    ['in a step', [intent('a', 'build')], 'cut off in its build'],
    ['between two', [intent('a', 'build'), done('a', 'build')], 'cut off between two steps'],
    ['soaking', [intent('a', 'verify'), healthy('a')], 'cut off while it was soaking'],
    ['before its first step', [], ''],
  ] as const)('%s: what had not ended is left to a resume, and nothing goes on', (_where, bodies, detail) => {
    const rows = cutOff(...bodies);
    expect(rows[0]).toMatchObject({ status: 'pending', doing: 'pending', detail, step: null, sinceMs: null });
    expect(rows[0]!.durationMs).toBe(bodies.length === 0 ? null : (bodies.length - 1) * 1000);
    expect(rows.some(isActive)).toBe(false);
    expect(countRows(rows)).toMatchObject({ total: 2, pending: 2, running: 0, soaking: 0, waiting: 0 });
  });

  test('what had ended stays as it is', () => {
    expect(cutOff(...wholeService('a')).map(({ status }) => status)).toEqual(['completed', 'pending']);
  });

  test('rows that are drawn again and again follow when it stops and when it goes on', () => {
    const state = timedRun([0, started(['a', 'b'])], [1, intent('b', 'build')]);
    const rows = new ServiceRows(plan);
    const statuses = (live: boolean) => rows.at(state, { live, nowMs: atSecond(5) }).map(({ status }) => status);
    expect([statuses(true), statuses(false), statuses(true)]).toEqual([
      ['waiting', 'running'],
      ['pending', 'pending'],
      ['waiting', 'running'],
    ]);
  });

  test('the hours before its resume are no time of a service', () => {
    const bodies = [
      [1, intent('a', 'build')],
      [3, intent('b', 'build')],
      [9000, resumed([])],
      [9001, intent('a', 'build')],
    ] as const;
    const state = timedRun([0, started(['a', 'b'])], ...bodies, [9005, settled('a', 'completed')]);
    const rows = serviceRows(state, plan, { live: true, nowMs: atSecond(9006) });
    expect(rows.map(({ durationMs }) => durationMs)).toEqual([7000, 6000]);
  });
});

describe('categoryRows', () => {
  test('in the order of the services; each service is in one of four numbers', () => {
    const bodies: EventBody[] = [
      settled('a', 'completed'),
      settled('b', 'failed'),
      settled('c', 'skipped'),
      settled('d', 'rolled-back'),
      intent('e', 'build'),
      intent('f', 'verify'),
      healthy('f'),
      settled('g', 'pending'),
    ];
    const services = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const state = timedRun([0, started(services)], ...bodies.map((body, i) => [i + 1, body] as const));
    const rows = serviceRows(state, plan, { live: true, nowMs: atSecond(9) }).map((row) => ({
      ...row,
      category: row.service === 'h' ? 'last' : 'core',
    }));
    expect(categoryRows(rows)).toMatchObject([
      { name: 'core', risk: 'high', done: 2, failed: 2, running: 2, waiting: 1, counts: { total: 7, soaking: 1, skipped: 1 } },
      { name: 'last', risk: '', done: 0, failed: 0, running: 0, waiting: 1 },
    ]);
    expect(categoryRows([])).toEqual([]);
  });

  test('has the risk of the services that the plan still has when a run is resumed', () => {
    const [a, b] = serviceRows(timedRun([0, started(['a', 'b'])]), plan, { live: true, nowMs: atSecond(9) });
    expect(
      categoryRows([
        { ...a!, risk: '' },
        { ...b!, risk: 'medium' },
      ]),
    ).toMatchObject([{ risk: 'medium' }]);
  });
});
