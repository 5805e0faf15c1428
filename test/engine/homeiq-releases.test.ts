import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createDockerEngine } from '../../src/docker/engine.ts';
import { fileSource } from '../../src/fleet/fleet-source.ts';
import type { Release } from '../../src/release/types.ts';
import { takeRelease } from '../../src/run/releases/take-release.ts';
import { systemClock } from '../../src/util/clock.ts';
import { nodeDisk } from '../../src/util/node-disk.ts';
import { homeiqCopy } from '../support/homeiq-copy.ts';

test('the example fleet is adopted as Compose made it, without a word of drift, and a release of it is soon taken', {
  timeout: 600_000,
}, async () => {
  const fleet = await homeiqCopy();
  await fleet.compose('build', '--quiet');
  await fleet.compose('up', '--detach');
  const adopted = await fleet.slipway('adopt');
  expect(adopted.exitCode, adopted.text).toBe(0);
  expect(adopted.text).not.toMatch(/does not run as its files say/);
  const folder = join(fleet.folder, '.slipway/releases');
  const [id] = readdirSync(folder);
  const release = JSON.parse(readFileSync(join(folder, id!, 'release.json'), 'utf8')) as Release;
  expect(Object.keys(release.services).length).toBeGreaterThanOrEqual(40);
  expect(Object.values(release.services).map(({ configuration }) => configuration)).not.toContain('container');

  const configHome = mkdtempSync(join(tmpdir(), 'slipway-home-'));
  onTestFinished(() => rmSync(configHome, { recursive: true, force: true }));
  const engine = createDockerEngine(process.env);
  const request = {
    cwd: fleet.folder,
    projectDir: null,
    configFile: 'scripts/phase1-service-config.yaml',
    envFiles: [],
    profiles: [],
  };
  const loaded = await fileSource.load(request, (project) => engine.render(project));
  const deps = { disk: nodeDisk, engine, source: fileSource, clock: systemClock, configHome };
  const wanted = { origin: 'run', putBack: [], except: [], frozen: new Set<string>(), write: 'always' } as const;
  for (const kept of ['with every keeper to make', 'with every keeper there']) {
    if (kept === 'with every keeper to make')
      for (const keeper of await engine.keepers(fleet.name)) await engine.dropKeeper(keeper);
    const startMs = performance.now();
    const taken = await takeRelease({ deps, fleet: loaded.fleet!, runs: [] }, { ...wanted, id: '20260204_140000' });
    console.log(
      `a release of ${Object.keys(release.services).length} services ${kept}: ${Math.round(performance.now() - startMs)} ms`,
    );
    expect(taken.ok).toBe(true);
  }
  expect((await engine.keepers(fleet.name)).length).toBeGreaterThanOrEqual(40);
});
