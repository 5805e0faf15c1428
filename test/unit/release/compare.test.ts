import { expect, test } from 'vitest';
import type { ComposeService } from '../../../src/fleet/types.ts';
import { compareReleases, type OpenRelease } from '../../../src/release/compare.ts';
import type { ReleasedService } from '../../../src/release/types.ts';

interface Was {
  readonly entry?: Partial<ReleasedService>;
  readonly service?: ComposeService;
}

function open(services: Readonly<Record<string, Was>>, token = 'one'): OpenRelease {
  const entries = Object.entries(services).map(([name, { entry }]) => [
    name,
    {
      project: 'shop',
      name,
      tag: `${name}:latest`,
      image: 'sha256:a',
      inputs: null,
      config: 'same',
      status: 'completed' as const,
      healthy: true,
      configuration: 'files' as const,
      files: {},
      ...entry,
    },
  ]);
  const model = {
    name: 'shop',
    services: Object.fromEntries(Object.entries(services).map(([name, { service }]) => [name, service ?? {}])),
    secrets: { token: { environment: 'TOKEN' } },
  };
  return {
    release: { version: 2, release: 'r', phase: 'p', at: 'now', origin: 'run', services: Object.fromEntries(entries) },
    projects: { shop: { model, environment: { TOKEN: token } } },
  };
}

test('services that differ are told with images, tags, fields and names, and never with a value', () => {
  const service = { environment: { MODE: 'one', DB_PASSWORD: 'hunter22' }, command: ['run'], secrets: [{ source: 'token' }] };
  const first = open({ same: {}, gone: {}, api: { entry: { config: 'one', files: { '/conf': 'a', '/kept': 'b' } }, service } });
  const changed = { ...service, environment: { MODE: 'one', DB_PASSWORD: 'hunter23' }, command: ['walk'], depends_on: {} };
  const entry = { config: 'two', image: 'sha256:b', tag: 'api:next', files: { '/conf': 'c', '/kept': 'b' } };
  const second = open({ same: {}, fresh: {}, api: { entry, service: changed } }, 'two');
  const found = compareReleases(first, second);
  expect(found).toEqual([
    {
      service: 'api',
      in: 'both',
      image: { first: 'sha256:a', second: 'sha256:b' },
      tag: { first: 'api:latest', second: 'api:next' },
      config: [
        { field: 'command', names: [] },
        { field: 'environment', names: ['DB_PASSWORD'] },
        { field: 'secret values', names: ['TOKEN'] },
      ],
      files: ['/conf'],
    },
    { service: 'fresh', in: 'second', image: null, tag: null, config: [], files: [] },
    { service: 'gone', in: 'first', image: null, tag: null, config: [], files: [] },
  ]);
  expect(JSON.stringify(found)).not.toContain('hunter');
  expect(compareReleases(first, first)).toEqual([]);
});

test('a definition that cannot be read is told as different, not as the same', () => {
  const first = { ...open({ api: { entry: { config: 'one' } } }), projects: null };
  const [found] = compareReleases(first, open({ api: { entry: { config: 'two' } } }));
  expect(found).toMatchObject({ config: null });
});
