import { expect, test } from 'vitest';
import { VALIDATE_CHECKS } from '../../../src/validate/checks.ts';
import { answeredBy } from '../../../src/validate/free-text.ts';

const answer = (text: string) =>
  answeredBy({ name: null, check: { kind: 'text', text }, timeoutMs: 0, place: { file: 'slipway.yaml' } });

test.each([
  ['Every service answers its health check', 'endpoints'],
  ['All health endpoints respond', 'endpoints'],
  ['All services are healthy', 'up'],
  ['All 40 containers running', 'up'],
  ['No errors pile up in the logs', 'container-logs'],
  ['Logs show no exceptions', 'container-logs'],
  ['No service is restarting', 'restarts'],
  ['Memory usage within limits', 'limits'],
  ['Response times are normal', 'endpoints'],
  ['Every service was built', 'outcome'],
  ['All images built successfully', 'outcome'],
  ['All 40 services rebuilt successfully', 'outcome'],
  ['Critical services pass health checks', 'endpoints'],
  ['State file shows 40 completed', 'state-file'],
  ['Docker shows 40 containers up', 'up'],
  ['No blocking errors in logs', 'container-logs'],
])('"%s" is answered by %s', (text, check) => {
  expect(answer(text)).toBe(check);
  expect(VALIDATE_CHECKS.map(({ name }) => name)).toContain(check);
});

test.each([
  'Look at the dashboard',
  'Users can log in',
  'The logs of the backup show no errors',
  'Inform the team that services are up',
  'Check the metrics by hand',
  'Data is intact',
  'Manual smoke test',
])('"%s" is for the operator', (text) => {
  expect(answer(text)).toBeNull();
});

test('a check is no free text', () => {
  const entry = { name: 'All services are healthy', check: { kind: 'disk', freeBytes: 1 }, timeoutMs: 0 } as const;
  expect(answeredBy({ ...entry, place: { file: 'slipway.yaml' } })).toBeNull();
});
