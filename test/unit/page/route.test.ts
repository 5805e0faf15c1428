import { expect, test } from 'vitest';
import { hashOf, type Route, readRoute } from '../../../src/page/state/route.ts';

const ROUTES: readonly [string, Route][] = [
  ['#/', { view: { kind: 'services' }, run: null }],
  ['#/timeline', { view: { kind: 'timeline' }, run: null }],
  ['#/graph?run=20260204_140000', { view: { kind: 'graph' }, run: '20260204_140000' }],
  ['#/service/web%2Fui', { view: { kind: 'service', service: 'web/ui' }, run: null }],
];

test.each(ROUTES)('%s is read and written', (hash, route) => {
  expect(readRoute(hash)).toEqual(route);
  expect(hashOf(route)).toBe(hash);
});

test.each(['', '#', '#/elsewhere', '#/service/', '#token'])('%o shows the services', (hash) => {
  expect(readRoute(hash)).toEqual({ view: { kind: 'services' }, run: null });
});

test('an address that is not well encoded names what it says', () => {
  expect(readRoute('#/service/100%').view).toEqual({ kind: 'service', service: '100%' });
});
