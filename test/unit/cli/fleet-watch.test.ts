import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFleetWatch } from '../../../src/cli/fleet-watch.ts';
import { folderWith } from '../../support/folder.ts';

const GOOD = 'fleet: { projects: [{ name: shop }] }\n';

test('a configuration that cannot be used is the problem of a sample, and looked at again after a while', async () => {
  const cwd = folderWith({
    'compose.yaml': 'services: { web: { image: x } }\n',
    'slipway.yaml': 'fleet: { projects: [{ name: 7 }] }\n',
  });
  let nowMs = 0;
  const clock = { now: () => nowMs, sleep: async () => {} };
  const env = { DOCKER_HOST: `unix://${cwd}/none.sock` };
  const watch = openFleetWatch({ cwd, projectDir: null, configFile: null, envFiles: [], profiles: [] }, { env, clock });
  const problem = async () => (await watch.sample(new AbortController().signal)).problem;
  expect(await problem()).toMatch(/name/);
  writeFileSync(join(cwd, 'slipway.yaml'), GOOD);
  nowMs = 9_000;
  expect(await problem()).toMatch(/name/);
  nowMs = 10_000;
  // The project is known now, and the next thing that is wrong is told.
  expect(await problem()).toContain('no Docker engine answers');
  writeFileSync(join(cwd, 'slipway.yaml'), 'nonsense: true\n');
  nowMs = 60_000;
  expect(await problem()).toContain('no Docker engine answers');
});

test('Compose files that are missing are a problem too', async () => {
  const cwd = folderWith({ 'slipway.yaml': 'fleet: { projects: [{ name: shop, files: [gone.yml] }] }\n' });
  const watch = openFleetWatch(
    { cwd, projectDir: null, configFile: null, envFiles: [], profiles: [] },
    { env: {}, clock: { now: () => 0, sleep: async () => {} } },
  );
  expect((await watch.sample(new AbortController().signal)).problem).toMatch(/gone\.yml does not exist/);
});
