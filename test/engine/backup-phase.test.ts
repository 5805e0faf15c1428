import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { imageOf } from '../support/engine-facts.ts';
import { fleetFolder } from '../support/fleet-folder.ts';

test('a backup that is named after the phase before is listed, verified, restored and counts for the rebuild that demands one', async () => {
  const fleet = fleetFolder();
  await fleet.compose({ api: await fleet.tiny('api', {}) });
  await fleet.config({ backup: { required: '24h' } });
  await fleet.dockerCompose('up', '-d', '--build', '--quiet-pull');
  const before = await imageOf(await fleet.container('api'));
  await fleet.write({ 'api/version': 'api v2\n' });

  const refused = await fleet.slipway(['rebuild']);
  expect(refused.exitCode, refused.text).toBe(2);
  expect(refused.text).toContain('backup-missing');

  const wrong = await fleet.slipway(['backup', '--phase', '../phase0']);
  expect(wrong.exitCode, wrong.text).toBe(2);
  expect(existsSync(join(fleet.root, 'backups'))).toBe(false);
  const taken = await fleet.slipway(['backup', '--phase', 'phase0']);
  expect(taken.exitCode, taken.text).toBe(0);
  const [name] = readdirSync(join(fleet.root, 'backups'));
  expect(name).toMatch(/^phase0_\d{8}_\d{6}$/);

  expect((await fleet.slipway(['backup', 'list'])).text).not.toContain(name);
  expect((await fleet.slipway(['backup', 'list', '--phase', 'phase0'])).text).toContain(name);
  const verified = await fleet.slipway(['backup', 'verify', '--phase', 'phase0']);
  expect(verified.text).toContain(`backups/${name} is whole`);

  const rebuilt = await fleet.slipway(['rebuild']);
  expect(rebuilt.exitCode, rebuilt.text).toBe(0);
  expect(await imageOf(await fleet.container('api'))).not.toBe(before);
  const restored = await fleet.slipway(['restore', `backups/${name}`, '--yes']);
  expect(restored.exitCode, restored.text).toBe(0);
  expect(await imageOf(await fleet.container('api'))).toBe(before);
});
