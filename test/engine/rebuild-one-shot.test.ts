import { expect, test } from 'vitest';
import { inspect } from '../support/engine-facts.ts';
import { type FleetFolder, fleetFolder } from '../support/fleet-folder.ts';

/** A job that writes down each of its runs on the host, and a service that waits for its success. */
async function writeFleet(fleet: FleetFolder, { version = 'v1', exitCode = 0 } = {}): Promise<void> {
  const job = (name: string) => [`CMD ["sh", "-c", "echo ${name} ${version} >> /host/ran; exit ${exitCode}"]`];
  const volumes = ['./host:/host'];
  await fleet.compose({
    migrate: await fleet.tiny('migrate', { version, dockerfile: job('migrate'), compose: { volumes } }),
    report: await fleet.tiny('report', {
      dockerfile: ['CMD ["sh", "-c", "echo report >> /host/ran"]'],
      compose: { volumes, restart: 'no' },
    }),
    app: await fleet.tiny('app', {
      version,
      compose: { depends_on: { migrate: { condition: 'service_completed_successfully' } } },
    }),
    after: await fleet.tiny('after', { version, compose: { depends_on: ['app'] } }),
  });
  await fleet.config();
}

test('a job runs once, again only when it is named or new, and its failure holds its dependents back', async () => {
  const fleet = fleetFolder();
  await fleet.write({ 'host/ran': '' });
  const ran = () => fleet.read('host/ran').trim().split('\n').filter(Boolean).sort();
  await writeFleet(fleet);
  const first = await fleet.rebuild();
  expect(first.exitCode, first.text).toBe(0);
  expect(ran()).toEqual(['migrate v1', 'report']);
  expect(fleet.state()).toMatchObject({ migrate: { status: 'completed' }, report: { status: 'completed' } });
  expect(await inspect(await fleet.container('migrate'), '{{.State.Status}} {{.State.ExitCode}}')).toBe('exited 0');
  const before = await fleet.containers();

  const second = await fleet.rebuild();
  expect(second.exitCode, second.text).toBe(0);
  expect(second.stdout).toMatch(/one-shot already succeeded on this image; name it to run it again/);
  const forced = await fleet.rebuild('--force', '--skip-tests');
  expect(forced.exitCode, forced.text).toBe(0);
  expect(ran()).toEqual(['migrate v1', 'report']);
  const afterForce = await fleet.containers();
  expect(afterForce.app).not.toEqual(before.app);
  expect([afterForce.migrate, afterForce.report]).toEqual([before.migrate, before.report]);

  const named = await fleet.rebuild('report');
  expect(named.exitCode, named.text).toBe(0);
  expect(ran()).toEqual(['migrate v1', 'report', 'report']);
  expect((await fleet.containers()).app).toEqual(afterForce.app);

  await writeFleet(fleet, { version: 'v2', exitCode: 5 });
  const failed = await fleet.rebuild();
  expect(failed.exitCode, failed.text).toBe(1);
  expect(failed.stdout).toMatch(/migrate failed: exited with code 5/);
  expect(ran()).toEqual(['migrate v1', 'migrate v2', 'report', 'report']);
  expect(fleet.state()).toMatchObject({
    migrate: { status: 'failed', code: 'bad-verdict' },
    app: { status: 'skipped', code: 'dependency-failed:migrate' },
    after: { status: 'skipped', code: 'dependency-failed:migrate' },
  });
  const held = await fleet.containers();
  expect([held.app, held.after]).toEqual([afterForce.app, afterForce.after]);

  await writeFleet(fleet, { version: 'v3' });
  const mended = await fleet.rebuild('--continue');
  expect(mended.exitCode, mended.text).toBe(0);
  expect(ran()).toEqual(['migrate v1', 'migrate v2', 'migrate v3', 'report', 'report']);
  expect(fleet.stateText().match(/completed/g)).toHaveLength(4);
});
