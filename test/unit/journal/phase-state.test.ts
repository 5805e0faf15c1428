import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { EventBody } from '../../../src/journal/events.ts';
import { parseStateFile, projectPhase, renderStateFile } from '../../../src/journal/phase-state.ts';
import { projectRun } from '../../../src/journal/projection.ts';
import {
  eventsOf,
  finished,
  imageId,
  intent,
  must,
  mustFail,
  resumed,
  settled,
  started,
  wholeService,
} from '../../support/journal.ts';

function phase(configured: readonly string[], live: string | null, ...runs: readonly (readonly EventBody[])[]) {
  const runsOldestFirst = runs.map((bodies, i) => projectRun(`run${i + 1}`, eventsOf(bodies, `run${i + 1}`)));
  return projectPhase({ phase: 'phase1', configured, runsOldestFirst, live });
}

function statuses(...args: Parameters<typeof phase>) {
  const state = phase(...args);
  return [state.outcome, ...state.services.map((s) => s.status)];
}

const completeA = [started(['a']), ...wholeService('a'), finished('done')];

test('the file is as the contract draws it', () => {
  const state = phase(['a', 'b'], null, completeA);
  expect(renderStateFile(state)).toBe(
    [
      '{"version":1,"phase":"phase1","run":"run1","outcome":"done","updated":"2026-02-04T14:00:14.000Z","services":{',
      `"a":{"status":"completed","run":"run1","at":"2026-02-04T14:00:13.000Z","image":"${imageId('1')}","code":null},`,
      '"b":{"status":"pending","run":null,"at":null,"image":null,"code":null}',
      '}}',
      '',
    ].join('\n'),
  );
});

test('grep -c "completed" counts completed services, whatever services, dependencies and the phase are called', () => {
  const names = ['completed', 'completed-x', 'un-completed', 'completedcompleted', 'a', 'b'];
  const failure = { code: 'dependency-failed', dependency: 'completed' } as const;
  const skipped = { ...settled('b', 'skipped'), failure } as EventBody;
  const bodies = [
    started(names, 'completed'),
    settled('completed', 'failed'),
    settled('completed-x', 'completed'),
    settled('a', 'completed'),
    skipped,
  ];
  const run = projectRun('completed', eventsOf(bodies, 'completed'));
  const text = renderStateFile(projectPhase({ phase: 'completed', configured: names, runsOldestFirst: [run], live: null }));
  expect(execFileSync('grep', ['-c', 'completed'], { input: text, encoding: 'utf8' }).trim()).toBe('2');
  const parsed = JSON.parse(text);
  expect(parsed.phase).toBe('completed');
  expect(Object.keys(parsed.services)).toEqual(names);
  expect(parsed.services.b.code).toBe('dependency-failed:completed');
});

test('while a run is executed its services are pending, running, or settled', () => {
  const bodies = [started(['a', 'b', 'c']), intent('a', 'build'), settled('b', 'failed')];
  expect(statuses(['a', 'b', 'c', 'd'], 'run1', bodies)).toEqual(['running', 'running', 'failed', 'pending', 'pending']);
});

test('a run whose process died is interrupted, and nothing in it runs', () => {
  expect(statuses(['a', 'b'], null, [started(['a', 'b']), intent('a', 'build')])).toEqual(['interrupted', 'pending', 'pending']);
});

test('a service that a later run does not plan, or finds unchanged, stays completed', () => {
  expect(statuses(['a', 'b'], null, completeA, [started(['b']), settled('b', 'failed'), finished('failed')])).toEqual([
    'failed',
    'completed',
    'failed',
  ]);
});

test('what an abandoned run planned and did not touch is as it was; what it was replacing is pending', () => {
  const newer = [started(['b']), ...wholeService('b'), finished('done')];
  const untouched = [started(['a']), intent('a', 'build'), finished('abandoned')];
  const touched = [started(['a']), intent('a', 'replace'), finished('abandoned')];
  expect(statuses(['a', 'b'], null, completeA, untouched, newer)).toEqual(['done', 'completed', 'completed']);
  expect(statuses(['a', 'b'], null, completeA, touched, newer)).toEqual(['done', 'pending', 'completed']);
});

test('a resumed run shows what it takes up again', () => {
  const bodies = [started(['a', 'b']), settled('a', 'completed'), settled('b', 'failed'), finished('failed'), resumed(['b'])];
  expect(statuses(['a', 'b'], 'run1', bodies)).toEqual(['running', 'completed', 'pending']);
});

test('rolled back does not count as completed', () => {
  expect(statuses(['a'], null, completeA, [started(['a']), settled('a', 'rolled-back'), finished('done')])).toEqual([
    'done',
    'rolled-back',
  ]);
});

test.each([
  ['nothing', ''],
  ['a file that was cut short', renderStateFile(phase(['a'], null, completeA)).slice(0, -10)],
  ['other JSON', '{"hello":1}'],
  ['null', 'null'],
  [
    'a service with a run that is none',
    '{"version":1,"phase":"p","run":null,"outcome":"done","updated":null,"services":{"a":{"status":"failed","run":{},"at":null,"image":null,"code":null}}}',
  ],
  ['another outcome', '{"version":1,"phase":"p","run":null,"outcome":"won","updated":null,"services":{}}'],
  ['a service without status', '{"version":1,"phase":"p","run":null,"outcome":"done","updated":null,"services":{"a":null}}'],
])('%s is no state file', (_, text) => {
  expect(mustFail(parseStateFile(text))).toMatch(/^it|^what it says/);
});

test('what was rendered is read back', () => {
  const state = phase(['a', 'b'], null, completeA);
  expect(must(parseStateFile(renderStateFile(state)))).toEqual(state);
});
