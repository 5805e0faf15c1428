import { appendFileSync, chmodSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { BUSYBOX } from '../support/compose-project.ts';
import { doctor } from '../support/doctor-report.ts';
import { docker } from '../support/engine-facts.ts';
import { type FleetFolder, fleetFolder } from '../support/fleet-folder.ts';

const CHECKS = ['own-files', 'lock', 'leftovers', 'records', 'backup'];

/** A fleet of one service that has been rebuilt once. */
async function rebuilt(config: Readonly<Record<string, unknown>> = {}): Promise<FleetFolder> {
  const fleet = fleetFolder();
  await fleet.compose({ api: await fleet.tiny('api') });
  await fleet.config({ categories: { all: { services: [{ name: 'api' }] } }, ...config });
  const end = await fleet.rebuild();
  expect(end.exitCode, end.text).toBe(0);
  return fleet;
}

test('what runs and backups keep: nothing is found while it is whole, and each damage is told by name', async () => {
  const fleet = await rebuilt();
  const path = (...parts: string[]) => join(fleet.root, ...parts);
  const bare = await doctor(fleet);
  expect(CHECKS.flatMap((check) => bare.of(check))).toEqual(['no-backup-yet']);

  expect((await fleet.slipway(['backup'])).exitCode).toBe(0);
  const clean = await doctor(fleet);
  expect(CHECKS.flatMap((check) => clean.of(check))).toEqual([]);
  expect(clean.check('records').seen).toBe('1 run, 1 release');

  const [run] = fleet.runs();
  const journal = path('.slipway/runs', run!, 'journal.ndjson');
  const state = fleet.stateText();
  const [backup] = readdirSync(path('backups'));

  rmSync(path('.rebuild_state_phase1.json'));
  rmSync(path('logs'), { recursive: true });
  chmodSync(journal, 0o644);
  writeFileSync(path('.slipway/runs', run!, '.plan.json.0123456789ab.tmp'), '{', { mode: 0o600 });
  rmSync(path('backups', backup!, 'images.tar'));
  const lost = await doctor(fleet);
  expect(lost.of('records')).toEqual(['state-file-missing']);
  expect(lost.of('own-files')).toEqual(['files-open-to-others', 'half-written-files', 'log-folder-missing']);
  expect(lost.found('files-open-to-others')[0]!.evidence).toBe(`.slipway/runs/${run}/journal.ndjson`);
  expect(lost.of('backup')).toEqual(['backup-not-whole']);

  writeFileSync(path('.rebuild_state_phase1.json'), state.slice(0, 40));
  expect((await doctor(fleet)).of('records')).toEqual(['state-file-damaged']);
  writeFileSync(path('.rebuild_state_phase1.json'), state.replace('"completed"', '"failed"'));
  expect((await doctor(fleet)).of('records')).toEqual(['state-file-behind']);
  writeFileSync(path('.rebuild_state_phase1.json'), state);

  appendFileSync(journal, '{"v":1,"seq":999,"at"');
  expect((await doctor(fleet)).of('records')).toEqual(['journal-cut-short']);
  appendFileSync(journal, 'garbage\n{"v":1}\n');
  writeFileSync(path('.slipway/releases', run!, 'release.json'), '{');
  const damaged = await doctor(fleet);
  expect(damaged.of('records')).toEqual(['journal-damaged', 'release-unreadable']);
  expect(damaged.exitCode).toBe(2);
  truncateSync(journal, 30);
  expect((await doctor(fleet)).of('records')).toEqual(['journal-cut-short', 'release-unreadable']);
});

test('a backup that a rebuild needs, and one that was cut off', async () => {
  const fleet = await rebuilt();
  await fleet.config({ categories: { all: { services: [{ name: 'api' }] } }, backup: { required: '1h' } });
  await fleet.write({ 'backups/phase1_20260101_000000.partial/images.tar': '' });
  const report = await doctor(fleet);
  expect(report.exitCode).toBe(2);
  expect(report.of('backup')).toEqual(['backup-missing', 'backup-unfinished']);
  expect(report.found('backup-missing')[0]).toMatchObject({
    severity: 'error',
    remedy: expect.stringContaining('slipway backup'),
  });
});

test('locks: of a process that is gone, cut short, of somebody who cannot be seen, and of nobody', async () => {
  const fleet = fleetFolder();
  await fleet.compose({ api: { image: 'x' } });
  await fleet.config();
  const lock = (over: object) =>
    fleet.write({
      '.slipway/lock': JSON.stringify({
        version: 1,
        pid: '4194305',
        start: '1',
        bootId: 'a',
        pidNamespace: 'pid:[1]',
        machineId: 'b',
        host: 'elsewhere',
        startedAt: '2026-02-04T14:00:00.000Z',
        command: 'slipway rebuild',
        root: fleet.root,
        ...over,
      }),
    });
  await lock({});
  const unseen = await doctor(fleet);
  expect(unseen.of('lock')).toEqual(['lock-of-unseen-holder']);
  expect(unseen.exitCode).toBe(2);
  expect(unseen.check('leftovers').seen).toContain('while the lock is held');

  await fleet.write({ '.slipway/lock': '{"version":1,"pi' });
  const cut = await doctor(fleet);
  expect(cut.found('stale-lock')).toMatchObject([{ severity: 'warning', remedy: 'slipway doctor --fix' }]);

  rmSync(join(fleet.root, '.slipway'), { recursive: true });
  const name = `slipway-lock-${fleet.name}`;
  await docker('create', '--name', name, BUSYBOX, 'true');
  onTestFinished(async () => void (await docker('rm', '-f', name)));
  expect((await doctor(fleet)).of('lock')).toEqual(['foreign-lock']);
});

test('leftovers that this folder’s runs did not make are another’s: told, and not ours to remove', async () => {
  const fleet = await rebuilt();
  const other = `${fleet.name}-api:candidate-20200101_000000`;
  await docker('tag', `${fleet.name}-api:latest`, other);
  onTestFinished(async () => void (await docker('image', 'rm', other).catch(() => '')));
  const report = await doctor(fleet);
  expect(report.of('leftovers')).toEqual(['leftovers-of-others']);
  expect(report.found('leftovers-of-others')[0]).toMatchObject({ severity: 'info', evidence: other });
  const fix = await fleet.slipway(['doctor', '--fix', '--yes']);
  expect(fix.stdout).toContain('Nothing to fix');
  expect(await docker('image', 'inspect', '--format', 'there', other)).toContain('there');
});

test('a container under a temporary name, services that a killed backup left stopped, and a volume half restored', async () => {
  const fleet = await rebuilt();
  const id = await fleet.container('api');
  const labels = JSON.parse(await docker('inspect', '--format', '{{json .Config.Labels}}', id)) as Record<string, string>;
  const image = await docker('inspect', '--format', '{{.Image}}', id);
  const temporary = `0123456789ab_${fleet.name}-api-1`;
  await docker(
    'create',
    '--name',
    temporary,
    ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    image.trim(),
  );
  const note = { version: 1, why: 'backup phase1_20260204_140000', stopped: [{ service: 'api', container: id, name: 'api-1' }] };
  await fleet.write({ '.slipway/stopped.json': JSON.stringify(note) });
  const report = await doctor(fleet);
  expect(report.of('leftovers')).toEqual(['replace-cut-off api', 'services-left-stopped']);
  await fleet.write({ '.slipway/stopped.json': JSON.stringify({ ...note, halfway: ['data'] }) });
  const half = await doctor(fleet);
  expect(half.of('leftovers')).toEqual(['replace-cut-off api', 'volume-half-restored']);
  expect(half.exitCode).toBe(2);
});
