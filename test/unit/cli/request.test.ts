import { expect, test } from 'vitest';
import { COMMON_FLAGS } from '../../../src/cli/options/common.ts';
import { valuesOf } from '../../../src/cli/options/flag.ts';
import { REBUILD_FLAGS } from '../../../src/cli/options/rebuild.ts';
import { planRequest, rebuildRequest } from '../../../src/cli/options/request.ts';

const GIVEN = { services: [], cwd: '/fleet', command: 'slipway rebuild' };

/** Values as commander collects them: by its own camel case names, `--no-x` as `x: false`. */
function valuesFrom(collected: Readonly<Record<string, unknown>>) {
  return { ...valuesOf(REBUILD_FLAGS, { cache: true, ...collected }), ...valuesOf(COMMON_FLAGS, { color: true, ...collected }) };
}

test('nothing given: the defaults, and nothing changed for a run that is continued', () => {
  const request = rebuildRequest(valuesFrom({ continue: true }), GIVEN);
  expect(request).toEqual({
    load: { cwd: '/fleet', projectDir: null, configFile: null, envFiles: [], profiles: [] },
    options: {
      services: [],
      categories: [],
      skipTests: false,
      noCache: false,
      force: false,
      pull: false,
      batchSize: null,
      maxFailures: null,
      rollbackOnFail: false,
      rollbackScope: 'service',
      profiles: [],
    },
    continue: true,
    changes: { services: [], categories: [] },
    planFile: null,
    lockWaitMs: 0,
    command: 'slipway rebuild',
  });
});

test('everything given', () => {
  const collected = {
    batchSize: 'all',
    category: ['integration,ai_ml', 'device'],
    skipTests: true,
    cache: false,
    force: true,
    pull: true,
    rollbackOnFail: true,
    rollbackScope: 'wave',
    maxFailures: '10%',
    envFile: ['.env', 'b.env'],
    profile: ['gpu,dev'],
    lockWait: 600_000,
    plan: 'p.json',
    projectDir: 'fleet',
    config: 'c.yaml',
  };
  const request = rebuildRequest(valuesFrom(collected), { ...GIVEN, services: ['a,b', 'c'] });
  expect(request.load).toEqual({
    cwd: '/fleet',
    projectDir: 'fleet',
    configFile: 'c.yaml',
    envFiles: ['.env', 'b.env'],
    profiles: ['gpu', 'dev'],
  });
  expect(request.options).toEqual({
    services: ['a', 'b', 'c'],
    categories: ['integration', 'ai_ml', 'device'],
    skipTests: true,
    noCache: true,
    force: true,
    pull: true,
    batchSize: 'all',
    maxFailures: '10%',
    rollbackOnFail: true,
    rollbackScope: 'wave',
    profiles: ['gpu', 'dev'],
  });
  expect(request.changes).toEqual({
    batchSize: 'all',
    maxFailures: '10%',
    rollbackOnFail: true,
    skipTests: true,
    services: ['a', 'b', 'c'],
    categories: ['integration', 'ai_ml', 'device'],
  });
  expect(request).toMatchObject({ planFile: 'p.json', lockWaitMs: 600_000 });
});

test('a dry run asks for the same plan as plan does', () => {
  const values = valuesFrom({ dryRun: true, category: ['integration'], force: true });
  const { load, options } = planRequest(values, GIVEN);
  expect(rebuildRequest(values, GIVEN)).toMatchObject({ load, options });
});

test('each flag is found under the name that commander gives it', () => {
  for (const [key, flag] of Object.entries({ ...REBUILD_FLAGS, ...COMMON_FLAGS })) {
    const plain = flag.name.replace(/^--/, '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    expect(key).toBe(plain);
  }
});
