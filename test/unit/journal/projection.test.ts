import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../src/journal/events.ts';
import { ACTIVITY_LENGTH, countServices, emptyRun, GrowingRun, projectRun } from '../../../src/journal/projection.ts';
import {
  done,
  eventsOf,
  failed,
  finished,
  healthy,
  imageId,
  intent,
  interrupted,
  notice,
  RUN,
  resumed,
  settled,
  started,
  wholeService,
} from '../../support/journal.ts';

function run(...bodies: readonly EventBody[]) {
  return projectRun(RUN, eventsOf(bodies));
}

function service(...bodies: readonly EventBody[]) {
  return run(started(['a']), ...bodies).services.get('a')!;
}

const retry = { type: 'retry-scheduled', service: 'a', step: 'a:build', attempt: 1, delayMs: 30_000, why: 'reset' } as const;

/** The table behind the drawing in service-state.ts: from each state, what each event leads to. */
const ways = {
  waiting: [],
  step: [intent('a', 'verify')],
  soaking: [intent('a', 'verify'), healthy('a')],
  settled: [settled('a', 'completed')],
} as const;
const events = {
  'step-intent': intent('a', 'verify'),
  'step-outcome': done('a', 'verify'),
  'retry-scheduled': retry,
  'service-healthy': healthy('a'),
  'service-settled': settled('a', 'completed'),
  'run-resumed': resumed(['a']),
} as const;
const table: Record<keyof typeof ways, Record<keyof typeof events, keyof typeof ways>> = {
  waiting: {
    'step-intent': 'step',
    'step-outcome': 'waiting',
    'retry-scheduled': 'waiting',
    'service-healthy': 'soaking',
    'service-settled': 'settled',
    'run-resumed': 'waiting',
  },
  step: {
    'step-intent': 'step',
    'step-outcome': 'waiting',
    'retry-scheduled': 'waiting',
    'service-healthy': 'soaking',
    'service-settled': 'settled',
    'run-resumed': 'waiting',
  },
  soaking: {
    'step-intent': 'step',
    'step-outcome': 'waiting',
    'retry-scheduled': 'waiting',
    'service-healthy': 'soaking',
    'service-settled': 'settled',
    'run-resumed': 'waiting',
  },
  settled: {
    'step-intent': 'step',
    'step-outcome': 'settled',
    'retry-scheduled': 'settled',
    'service-healthy': 'settled',
    'service-settled': 'settled',
    'run-resumed': 'waiting',
  },
};

describe('transitions of a service', () => {
  const cases = Object.entries(table).flatMap(([from, row]) =>
    Object.entries(row).map(([event, to]) => [from, event, to] as const),
  );
  test.each(cases)('%s, %s: %s', (from, event, to) => {
    const way: readonly EventBody[] = ways[from as keyof typeof ways];
    expect(service(...way).phase.kind).toBe(from);
    expect(service(...way, events[event as keyof typeof events]).phase.kind).toBe(to);
  });
});

test('a whole run ends with every fact known and nothing open', () => {
  const state = run(started(['a']), ...wholeService('a'), finished('done'));
  expect(state).toMatchObject({ outcome: 'done', exitCode: 0, meta: { phase: 'phase1' }, resumed: 0 });
  const a = state.services.get('a')!;
  expect(a.open).toEqual([]);
  expect(a.facts).toMatchObject({
    backup: { tag: 'x:pre-1' },
    build: { image: imageId('1') },
    test: { result: 'passed' },
    replace: { containers: ['c1'] },
    verify: { verdict: { kind: 'healthy' } },
    healthyAt: expect.any(String),
  });
  expect(a.steps.map((s) => s.step)).toEqual(['a:backup', 'a:build', 'a:test', 'a:replace', 'a:verify']);
});

test('an intent stays open until its outcome is known', () => {
  const kinds = (...bodies: readonly EventBody[]) => service(...bodies).open.map((o) => o.intent.kind);
  expect(kinds(intent('a', 'replace'))).toEqual(['replace']);
  expect(kinds(intent('a', 'replace'), done('a', 'replace'))).toEqual([]);
  expect(kinds(intent('a', 'replace'), failed('a', 'replace'))).toEqual([]);
  expect(kinds(intent('a', 'replace'), interrupted('a', 'replace'))).toEqual(['replace']);
  expect(kinds(intent('a', 'replace'), resumed(['a']))).toEqual(['replace']);
  expect(kinds(intent('a', 'replace'), interrupted('a', 'replace'), settled('a', 'pending'))).toEqual(['replace']);
  expect(kinds(intent('a', 'replace'), settled('a', 'failed'))).toEqual([]);
});

test('a step that begins again takes back what it had established', () => {
  const facts = (...bodies: readonly EventBody[]) => service(...wholeService('a'), ...bodies).facts;
  expect(facts(intent('a', 'build'))).toMatchObject({ backup: { tag: 'x:pre-1' }, build: null, test: null });
  expect(facts(intent('a', 'replace'))).toMatchObject({
    build: { image: imageId('1') },
    replace: null,
    verify: null,
    healthyAt: null,
  });
  expect(facts(intent('a', 'rollback'), done('a', 'rollback'))).toMatchObject({
    replace: null,
    rollback: { image: imageId('0') },
  });
});

test('a resume puts back what the dead process had under way, named or not, and keeps what settled', () => {
  const state = run(
    started(['a', 'b', 'c']),
    intent('a', 'build'),
    settled('b', 'completed'),
    settled('c', 'failed'),
    resumed(['c']),
  );
  expect([...state.services.values()].map((s) => s.phase.kind)).toEqual(['waiting', 'settled', 'waiting']);
  expect(state.services.get('c')!.lastSettled?.status).toBe('failed');
  expect(state).toMatchObject({ outcome: 'running', resumed: 1, meta: { plan: 'p2' } });
});

test('progress shows on the step it belongs to and on no other', () => {
  const progress = (step: string) =>
    ({ type: 'step-progress', service: 'a', step, progress: { kind: 'waiting', for: 'x' } }) as const;
  expect(service(intent('a', 'build'), progress('a:build')).phase).toMatchObject({ progress: { for: 'x' } });
  expect(service(intent('a', 'build'), progress('a:test')).phase).toMatchObject({ progress: null });
});

test('what completed and was taken back is not the last completed', () => {
  expect(service(...wholeService('a')).lastCompleted?.image).toBe(imageId('1'));
  expect(service(...wholeService('a'), settled('a', 'rolled-back')).lastCompleted).toBeNull();
});

test('counts sum up', () => {
  const services = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const state = run(
    started(services),
    intent('b', 'build'),
    healthy('c'),
    settled('d', 'completed'),
    settled('e', 'failed'),
    settled('f', 'skipped'),
    settled('g', 'rolled-back'),
    settled('h', 'pending'),
  );
  const one = { waiting: 1, running: 1, soaking: 1, pending: 1, completed: 1, failed: 1, skipped: 1, rolledBack: 1 };
  expect(countServices(state)).toEqual({ total: 8, ...one });
});

test('the activity is bounded, newest last, without progress', () => {
  const state = run(started(['a']), ...Array.from({ length: 80 }, (_, i) => notice(String(i))));
  expect(state.activity).toHaveLength(ACTIVITY_LENGTH);
  expect(state.activity.at(-1)).toMatchObject({ message: '79' });
});

describe('what is asked of a live run', () => {
  const asked = (action: 'pause' | 'resume' | 'cancel') => ({ type: 'control-received', action, by: 'a test' }) as const;
  const signal = { type: 'signal-received', signal: 'SIGINT', meaning: 'drain' } as const;
  const standing = (...bodies: readonly EventBody[]) => {
    const { paused, stopping } = run(started(['a']), ...bodies);
    return paused ? 'paused' : stopping ? 'stopping' : 'running';
  };

  test.each([
    ['nothing', [], 'running'],
    ['a pause', [asked('pause')], 'paused'],
    ['a pause taken back', [asked('pause'), asked('resume')], 'running'],
    ['a pause, then a cancel', [asked('pause'), asked('cancel')], 'stopping'],
    ['a pause, then a signal', [asked('pause'), signal], 'stopping'],
    ['a pause of what is being stopped', [signal, asked('pause')], 'stopping'],
    ['a pause of a run that ended in it', [asked('pause'), finished('interrupted')], 'running'],
    ['a pause that came after the end', [finished('done'), asked('pause')], 'running'],
    ['a pause before a crash, for the run that goes on', [asked('pause'), resumed(['a'])], 'running'],
    ['a cancel, for the run that goes on', [asked('cancel'), finished('interrupted'), resumed(['a'])], 'running'],
  ] as const)('%s', (_, bodies, expected) => {
    expect(standing(...bodies)).toBe(expected);
  });
});

test('applying an event changes neither the state before nor anything when applied twice', () => {
  const events = eventsOf([started(['a', 'b']), intent('a', 'build')]);
  const growing = new GrowingRun(emptyRun(RUN));
  growing.apply(events[0]!);
  const before = growing.state();
  const copy = structuredClone(before);
  growing.apply(events[1]!);
  const after = growing.state();
  expect(before).toEqual(copy);
  expect(after.services.get('a')!.phase.kind).toBe('step');
  growing.apply(events[1]!);
  expect(growing.state()).toEqual(after);
});

test('a service called __proto__ is a service', () => {
  const state = run(started(['__proto__']), intent('__proto__', 'build'));
  expect(state.services.get('__proto__')?.phase.kind).toBe('step');
});

// Copying the map of services at every event would run into the time-out of the tier, folded as a whole or as it grows.
test('a hundred thousand events of five thousand services fold in linear time', () => {
  const services = Array.from({ length: 5000 }, (_, i) => `s${i}`);
  const bodies = [started(services), ...services.flatMap((s) => [...wholeService(s), ...wholeService(s)])];
  const events = eventsOf(bodies);
  expect(events.length).toBeGreaterThan(100_000);
  const growing = new GrowingRun(emptyRun(RUN));
  for (const event of events) growing.apply(event);
  expect(growing.state()).toEqual(projectRun(RUN, events));
});

test('a test that ends after its service has settled was one of what was built', () => {
  const before = [intent('a', 'build'), done('a', 'build'), intent('a', 'test')];
  const { facts } = service(...before, settled('a', 'failed'), done('a', 'test'));
  expect(facts.test?.image).toBe(facts.build!.image);
});
