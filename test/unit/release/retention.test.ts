import { expect, test } from 'vitest';
import { keptReleases, neededImages } from '../../../src/release/retention.ts';
import type { Release } from '../../../src/release/types.ts';

/** `api good` and `ui bad` in one release: newest first is the order of the list. */
function release(id: string, services: Readonly<Record<string, 'good' | 'bad' | 'none'>>): Release {
  const entries = Object.entries(services).map(([name, how]) => [
    name,
    {
      project: 'p',
      name,
      tag: `${name}:latest`,
      image: how === 'none' ? null : `sha256:${id}-${name}`,
      inputs: null,
      config: null,
      status: 'completed' as const,
      healthy: how === 'good',
      configuration: 'files' as const,
      files: {},
    },
  ]);
  return { version: 2, release: id, phase: 'phase1', at: id, origin: 'run', services: Object.fromEntries(entries) };
}

const ids = (releases: readonly Release[]) => releases.map(({ release: id }) => id);

test('the newest are kept, and for each service the newest in which it ran well, however old', () => {
  const all = [
    release('r5', { api: 'bad', ui: 'good' }),
    release('r4', { api: 'bad', ui: 'good' }),
    release('r3', { api: 'none', ui: 'good' }),
    release('r2', { api: 'good', ui: 'bad' }),
    release('r1', { api: 'good', ui: 'good', old: 'good' }),
    release('r0', { api: 'good', ui: 'good', old: 'good' }),
  ];
  expect(ids(keptReleases(all, 2))).toEqual(['r5', 'r4', 'r2', 'r1']);
  expect(ids(keptReleases(all, 1))).toEqual(['r5', 'r2', 'r1']);
  expect(ids(keptReleases(all, 9))).toEqual(ids(all));
  expect(ids(keptReleases(all, 1, new Set(['r3'])))).toEqual(['r5', 'r3', 'r2', 'r1']);
  expect(keptReleases([], 5)).toEqual([]);
});

test('what is needed of images is known by project, without services that had none', () => {
  const needed = neededImages([release('r1', { api: 'good', ui: 'none' }), release('r2', { api: 'bad' })]);
  expect([...needed]).toEqual([['p', new Set(['sha256:r1-api', 'sha256:r2-api'])]]);
});
