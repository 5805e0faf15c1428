import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { handlers } from '../handlers.js';

const report = (service, up, ms = 5) => handlers['POST /api/report']({ service, up, ms });

beforeEach(() => {
  report('left over', true);
  assert.deepEqual(handlers['POST /api/reset'](), { status: 'ok', reports: 0 });
});

test('health counts the reports', () => {
  report('a', true);
  assert.deepEqual(handlers['GET /health'](), { status: 'ok', reports: 1 });
});

test('a report says what changed', () => {
  assert.deepEqual(report('a', true), { service: 'a', state: 'healthy', changed: true });
  assert.equal(report('a', true).changed, false);
  assert.equal(report('a', true, 1000).state, 'healthy');
  assert.equal(report('a', true, 1001).state, 'degraded');
  assert.equal(report('a', false).state, 'down');
});

test('a report names its service', () => {
  assert.throws(() => report('', true), /names its service/);
});

test('the summary is as bad as the worst service', () => {
  assert.deepEqual(handlers['GET /api/summary'](), { counts: { healthy: 0, degraded: 0, down: 0 }, worst: 'unknown' });
  report('a', true);
  report('b', true, 2000);
  report('c', true);
  assert.deepEqual(handlers['GET /api/summary'](), { counts: { healthy: 2, degraded: 1, down: 0 }, worst: 'degraded' });
});

test('the badge shows the worst state', () => {
  report('a', false);
  const { type, text } = handlers['GET /badge.svg']();
  assert.equal(type, 'image/svg+xml');
  assert.match(text, /width="44".*#c62828.*>down</);
});

test('the page lists the worst first and escapes names', () => {
  report('a', true);
  report('<b>', false);
  const { text } = handlers['GET /']();
  assert.match(text, /&#60;b&#62;<td>down.*<td>a<td>healthy<td>5 ms/);
});
