import { expect, test } from 'vitest';
import { readHeadings } from '../../../src/init/headings.ts';

const found = (text: string) => readHeadings(text).map(({ text: title, services }) => `${title}: ${services.join(' ')}`);

test('headings over groups, whatever lines they are drawn with', () => {
  const text = `name: x
services:
  # ==================
  # Core services
  # ==================
  api:
    image: a # no heading
  worker:
    image: b

  ## --- Frontend ---

  web:
    # inside: no heading
    image: c
  admin:
    image: d
volumes:
  # Not a service
  data:
`;
  expect(found(text)).toEqual(['Core services: api worker', 'Frontend: web admin']);
});

test('comments about single services group nothing', () => {
  const text = `services:
  # The API of the shop.
  api: { image: a }
  # Redis cache
  redis: { image: b }
  # Worker queue
  jobs: { image: c }
  other: { image: d }
`;
  expect(found(text)).toEqual([]);
});

test('a sentence, code and the name of the one service are no headings', () => {
  const text = `services:
  # Apps
  a: { image: a }
  b: { image: a }
  # image: old/one
  c: { image: a }
  # Runs once, writes what the others read, and ends.
  d: { image: a }
  # postgres
  postgres: { image: a }
  # Tools
  e: { image: a }
  f: { image: a }
`;
  expect(found(text)).toEqual(['Apps: a b c d postgres', 'Tools: e f']);
});

test('a file of one group, and none at all', () => {
  expect(found('services:\n  # All\n  a: {}\n  b: {}\n')).toEqual([]);
  expect(found('services: {}\n')).toEqual([]);
  expect(found('')).toEqual([]);
});
