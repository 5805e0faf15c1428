import { cpSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { expectNothingStray, expectWhole } from '../support/crash-expect.ts';
import { type CrashFleet, crashFleet } from '../support/crash-fleet.ts';
import { containersFor } from '../support/engine-facts.ts';
import type { Running } from '../support/running.ts';

/** The text without its line breaks. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** A fleet with a rebuild under way that waits for the gate. */
async function underWay(): Promise<{ readonly fleet: CrashFleet; readonly run: Running }> {
  const fleet = await crashFleet({ held: { slowTest: true } });
  const run = fleet.start(['rebuild'], { direct: true });
  await fleet.watch.until('its test', (e) => e.what === 'container start' && e.role === 'test');
  return { fleet, run };
}

test('a second rebuild is refused and learns who holds the fleet; with --lock-wait it waits its turn', async () => {
  const { fleet, run } = await underWay();
  const refused = await fleet.run('rebuild');
  expect(refused.code).toBe(2);
  expect(plain(refused.text)).toContain(`process ${run.pid} on `);
  expect(plain(refused.text)).toMatch(/since \d{4}-\d\d-\d\dT\S+: .*slipway\S* rebuild/);
  const impatient = await fleet.run('rebuild', '--lock-wait', '300ms');
  expect(impatient.code).toBe(2);
  const patient = fleet.start(['rebuild', '--lock-wait', '5m'], { direct: true });
  await fleet.openGate();
  expect((await run.ended).code).toBe(0);
  expect((await patient.ended).code).toBe(0);
  expect(fleet.folder.journal(fleet.folder.runs()[1]).filter((e) => e.type === 'step-intent')).toEqual([]);
  await expectWhole(fleet);
});

test('a clone of the folder, which has no lock file, is refused by the marker on the engine', async () => {
  const { fleet, run } = await underWay();
  const clone = mkdtempSync(join(tmpdir(), 'slipway-clone-'));
  onTestFinished(() => rmSync(clone, { recursive: true, force: true }));
  cpSync(fleet.folder.root, clone, { recursive: true, filter: (path) => !path.includes('/.slipway') });
  const refused = await fleet.run('rebuild', '--project-dir', clone);
  expect(refused.code).toBe(2);
  expect(plain(refused.text)).toContain(`process ${run.pid} on `);
  expect(plain(refused.text)).toContain(`(in ${fleet.folder.root})`);
  await fleet.openGate();
  expect((await run.ended).code).toBe(0);
  await expectWhole(fleet);
});

test('no other command that changes anything goes on beside a rebuild: each learns who holds the fleet', async () => {
  const { fleet, run } = await underWay();
  const before = await fleet.folder.containers();
  for (const args of [
    ['rollback', '--all', '--yes'],
    ['adopt', '--yes'],
    ['backup', '--yes'],
    ['clean', '--yes'],
  ]) {
    const { code, text } = await fleet.run(...args);
    expect(code, `${args[0]}: ${text}`).toBe(2);
    expect(plain(text), args[0]).toContain(`process ${run.pid} on `);
  }
  expect(await fleet.folder.containers()).toEqual(before);
  await fleet.openGate();
  expect((await run.ended).code).toBe(0);
  await expectWhole(fleet);
});

test('unlock leaves a living holder alone; after its kill -9 the next rebuild takes over and says so', async () => {
  const { fleet, run } = await underWay();
  const refused = await fleet.run('unlock', '--yes');
  expect(refused.code).toBe(2);
  expect(plain(refused.text)).toContain('which is running');
  run.signal('SIGKILL');
  await run.ended;
  await fleet.openGate();
  const { code, text } = await fleet.run('rebuild', '--continue');
  expect(code, text).toBe(0);
  expect(plain(text)).toContain('Took over the fleet');
  expect(plain(text)).toContain(`process ${run.pid} on `);
  expect(plain(text)).toContain(`Took over the lock of project ${fleet.name}`);
  await expectWhole(fleet);
});

test('unlock removes what a killed holder left, file and marker; nothing is left to take over', async () => {
  const { fleet, run } = await underWay();
  run.signal('SIGKILL');
  await run.ended;
  const unlocked = await fleet.run('unlock', '--yes');
  expect(unlocked.code, unlocked.text).toBe(0);
  expect(plain(unlocked.text)).toContain(`process ${run.pid} on `);
  expect((await containersFor(fleet.name)).filter((line) => line.includes('slipway-lock-'))).toEqual([]);
  expect((await fleet.run('unlock', '--yes')).text).toContain('Nothing is locked');
  await fleet.openGate();
  const { code, text } = await fleet.run('rebuild', '--continue');
  expect(code, text).toBe(0);
  expect(plain(text)).not.toContain('Took over');
  await expectNothingStray(fleet);
});

test('a lock file cut short is taken over, and that is said', async () => {
  const { fleet, run } = await underWay();
  run.signal('SIGKILL');
  await run.ended;
  truncateSync(join(fleet.folder.root, '.slipway/lock'), 20);
  await fleet.openGate();
  const { code, text } = await fleet.run('rebuild', '--continue');
  expect(code, text).toBe(0);
  expect(plain(text)).toContain('cut short');
  await expectWhole(fleet);
});

test('an orphan of the killed run is ended before anything is looked at, and named', async () => {
  const fleet = await crashFleet({ held: {} });
  const held = fleet.proxy.hold(/^POST \/containers\/create\?.*held-1/);
  const run = fleet.start(['rebuild']);
  await held.reached;
  run.signal('SIGKILL');
  await run.ended;
  expect(fleet.processes()).toHaveLength(1);
  const { code, text } = await fleet.run('rebuild', '--continue');
  expect(code, text).toBe(0);
  expect(plain(text)).toContain('Ended a docker-compose');
  expect(held.dropped()).toBe(true);
  await expectWhole(fleet);
});
