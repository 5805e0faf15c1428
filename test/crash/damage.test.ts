import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Event } from '../../src/journal/events.ts';
import { expectNothingTwice, expectWhole } from '../support/crash-expect.ts';
import { type CrashFleet, crashFleet } from '../support/crash-fleet.ts';

const SEED = Number(process.env.SLIPWAY_SEED ?? 20260204);
const STACK_TRACE = /^\s+at .*:\d+:\d+\)?$/m;
/** A fleet whose rebuild was killed inside a test, with the first service completed. */
async function killedInTest(): Promise<CrashFleet> {
  const fleet = await crashFleet({ first: {}, held: { slowTest: true, dependsOn: ['first'] } });
  const run = fleet.start(['rebuild'], { direct: true });
  await run.until('first is completed', (e) => e.type === 'service-settled' && e.service === 'first');
  await fleet.watch.until('its test', (e) => e.what === 'container start' && e.role === 'test');
  run.signal('SIGKILL');
  await run.ended;
  await fleet.openGate();
  return fleet;
}

async function expectContinues(fleet: CrashFleet): Promise<void> {
  const { code, text } = await fleet.run('rebuild', '--continue');
  expect(code, text).toBe(0);
  await expectWhole(fleet);
  await expectNothingTwice(fleet, fleet.folder.runs().at(-1)!);
  const services = Object.keys(fleet.services);
  expect(fleet.folder.stateText().match(/completed/g)).toHaveLength(services.length);
  expect(Object.keys(fleet.folder.state()).sort()).toEqual(services.sort());
}

test('the last line of the journal is cut anywhere, and the state file is gone: both are made whole', async () => {
  const fleet = await killedInTest();
  const journal = join(fleet.folder.root, '.slipway/runs', fleet.folder.runs()[0]!, 'journal.ndjson');
  const text = readFileSync(journal, 'utf8');
  const lastLine = text.length - text.lastIndexOf('\n', text.length - 2) - 1;
  const cut = 1 + (SEED % (lastLine - 1));
  console.log(`seed ${SEED}: ${cut} of the last line's ${lastLine} bytes are cut off`);
  truncateSync(journal, statSync(journal).size - cut);
  rmSync(join(fleet.folder.root, '.rebuild_state_phase1.json'));
  await expectContinues(fleet);
});

test('plan.json is gone and the state file is cut short: neither is needed', async () => {
  const fleet = await killedInTest();
  rmSync(join(fleet.folder.root, '.slipway/runs', fleet.folder.runs()[0]!, 'plan.json'));
  truncateSync(join(fleet.folder.root, '.rebuild_state_phase1.json'), 100);
  await expectContinues(fleet);
});

test('garbage inside the journal: exit 2 with file and line, and nothing is touched', async () => {
  const fleet = await killedInTest();
  const journal = join(fleet.folder.root, '.slipway/runs', fleet.folder.runs()[0]!, 'journal.ndjson');
  const before = await fleet.folder.containers();
  const lines = readFileSync(journal, 'utf8').split('\n');
  writeFileSync(journal, [lines[0], lines[1]!.slice(5), ...lines.slice(2)].join('\n'));
  const { code, text } = await fleet.run('rebuild', '--continue');
  expect(code, text).toBe(2);
  expect(text).toContain('journal.ndjson:2');
  expect(text).not.toMatch(STACK_TRACE);
  expect(await fleet.folder.containers()).toEqual(before);
  writeFileSync(journal, lines.join('\n'));
  await expectContinues(fleet);
});

test('a full disk stops the run before the next effect; with space --continue ends it', async () => {
  const later = { b: { dependsOn: ['held'] }, c: { dependsOn: ['b'] }, d: { dependsOn: ['c'] } };
  const fleet = await crashFleet({ first: {}, held: { slowTest: true, dependsOn: ['first'] }, ...later });
  const folder = join(fleet.folder.root, '.slipway');
  mkdirSync(folder);
  mountAt(folder, ['-t', 'tmpfs', '-o', 'size=1m,huge=never', 'tmpfs']);
  const old = await fleet.folder.container('d');
  const run = fleet.start(['rebuild'], { direct: true });
  await run.until('first is completed', (e) => e.type === 'service-settled' && e.service === 'first');
  await fleet.watch.until('its test', (e) => e.what === 'container start' && e.role === 'test');
  fill(folder);
  await fleet.openGate();
  const { code, text } = await run.ended;
  expect(code, text.slice(-2000)).toBe(1);
  expect(text).toContain('no space is left');
  expect(text).not.toMatch(STACK_TRACE);
  // The journal's last page takes a few more events: whatever was done has its intent there, and it does not get far.
  await fleet.watch.now();
  const intended = intentsIn(fleet).filter((e) => e.intent.kind === 'replace');
  const made = fleet.seen.filter((e) => e.what === 'container create' && e.role === 'service').map((e) => e.service);
  expect(made.filter((service) => !intended.some((e) => e.service === service))).toEqual([]);
  expect(await fleet.folder.container('d')).toBe(old);
  rmSync(join(folder, 'filler'));
  await expectContinues(fleet);
});

test('a read-only folder: exit 2, and nothing is touched', async () => {
  const fleet = await crashFleet({ first: {} });
  const before = await fleet.folder.containers();
  mountAt(fleet.folder.root, ['--bind', fleet.folder.root]);
  execFileSync('mount', ['-o', 'remount,bind,ro', fleet.folder.root]);
  const { code, text } = await fleet.run('rebuild');
  expect(code, text).toBe(2);
  expect(text).toContain('read-only');
  expect(text).not.toMatch(STACK_TRACE);
  await fleet.watch.now();
  expect(fleet.seen.filter((e) => e.role === 'service' || e.what === 'image tag').map((e) => e.name.split(':')[0])).toEqual(
    expect.not.arrayContaining([`${fleet.name}-first`]),
  );
  expect(await fleet.folder.containers()).toEqual(before);
});

test('an engine that is not there, and one that never answers: exit 2 and its address', async () => {
  const fleet = await crashFleet({ first: {} });
  const folder = mkdtempSync(join(tmpdir(), 'slipway-dead-'));
  const silent = createServer(() => {});
  onTestFinished(() => {
    silent.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const dead = await fleet.start(['rebuild'], { env: { DOCKER_HOST: `unix://${folder}/none.sock` } }).ended;
  expect(dead.code, dead.text).toBe(2);
  expect(dead.text).toContain(`${folder}/none.sock`);
  await new Promise<void>((resolve) => silent.listen(join(folder, 'silent.sock'), resolve));
  const mute = await fleet.start(['rebuild'], { env: { DOCKER_HOST: `unix://${folder}/silent.sock` } }).ended;
  expect(mute.code, mute.text).toBe(2);
  expect(mute.text).toMatch(/answer/);
  for (const { text } of [dead, mute]) expect(text).not.toMatch(STACK_TRACE);
});

/** Intents that stand whole in the journal; its last line may be cut. */
function intentsIn(fleet: CrashFleet): Extract<Event, { type: 'step-intent' }>[] {
  const lines = fleet.folder.read(`.slipway/runs/${fleet.folder.runs()[0]}/journal.ndjson`).split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Event).filter((e) => e.type === 'step-intent');
}

/** Lazily unmounted: a file that a failed test left open must not keep it. */
function mountAt(path: string, options: readonly string[]): void {
  execFileSync('mount', [...options, path], { stdio: 'pipe' });
  onTestFinished(() => void execFileSync('umount', ['-l', path], { stdio: 'pipe' }));
}

/** Leaves no byte: whole pages first, then what is left of the last one. */
function fill(folder: string): void {
  for (const size of [4096, 1]) {
    try {
      for (;;) writeFileSync(join(folder, 'filler'), Buffer.alloc(size), { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}
