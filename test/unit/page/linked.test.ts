import { expect, test } from 'vitest';
import { linkedTo } from '../../../src/page/state/linked.ts';

const EDGES = [
  { from: 'db', to: 'api' },
  { from: 'api', to: 'web' },
  { from: 'cache', to: 'web' },
  { from: 'db', to: 'jobs' },
];

test.each([
  ['api', ['api', 'db', 'web']],
  ['db', ['db', 'api', 'jobs', 'web']],
  ['web', ['web', 'api', 'cache', 'db']],
  ['alone', ['alone']],
])('%s stands out with all that it needs and that needs it', (service, linked) => {
  expect([...linkedTo(EDGES, service)].sort()).toEqual([...linked].sort());
});

test('a circle ends', () => {
  expect(
    [
      ...linkedTo(
        [
          { from: 'a', to: 'b' },
          { from: 'b', to: 'a' },
        ],
        'a',
      ),
    ].sort(),
  ).toEqual(['a', 'b']);
});
