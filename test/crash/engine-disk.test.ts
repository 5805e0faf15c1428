import { expect, onTestFinished, test } from 'vitest';
import { expectWhole } from '../support/crash-expect.ts';
import { crashFleet } from '../support/crash-fleet.ts';
import { startPrivateEngine } from '../support/private-engine.ts';

test('the disk of the engine is full in a build: the run stops, nothing goes back, with space --continue ends it', async () => {
  const engine = await startPrivateEngine({}, 200);
  process.env.DOCKER_HOST = engine.host;
  onTestFinished(async () => {
    delete process.env.DOCKER_HOST;
    await engine.remove();
  });
  const fleet = await crashFleet({
    first: {},
    held: { bulkMb: 90, critical: true, dependsOn: ['first'] },
    last: { dependsOn: ['held'] },
  });
  const write = ['dd', 'if=/dev/zero', 'of=/full/of-it', 'bs=1M', 'count=120'];
  await engine.docker('run', '--rm', '-v', 'elsewhere:/full', 'slipway-base-busybox:bookworm', ...write);
  const old = await fleet.folder.containers();
  const { code, text } = await fleet.run('rebuild', '--rollback-on-fail', '--rollback-scope', 'run');
  expect(code, text.slice(-3000)).toBe(1);
  const journal = fleet.folder.journal();
  expect(journal.at(-1)).toMatchObject({ type: 'run-finished', why: expect.stringContaining('the disk is full') });
  expect(journal.find((e) => e.type === 'service-settled' && e.service === 'held')).toMatchObject({
    status: 'failed',
    failure: { code: 'disk-full', message: expect.stringMatching(/no space left/i) },
  });
  expect(journal.filter((e) => e.type === 'step-intent' && e.intent.kind === 'rollback')).toEqual([]);
  expect(await fleet.folder.container('held')).toBe(old.held![0]);
  expect(await fleet.folder.container('last')).toBe(old.last![0]);

  await engine.docker('volume', 'rm', 'elsewhere');
  const resumed = await fleet.run('rebuild', '--continue');
  expect(resumed.code, resumed.text.slice(-3000)).toBe(0);
  await expectWhole(fleet);
});
