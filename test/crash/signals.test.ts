import { expect, test } from 'vitest';
import { expectNothingTwice, expectWhole } from '../support/crash-expect.ts';
import { type CrashFleet, crashFleet } from '../support/crash-fleet.ts';
import { isSlowStep } from '../support/crash-services.ts';
import { containersFor } from '../support/engine-facts.ts';
import { eventually } from '../support/eventually.ts';
import type { Running } from '../support/running.ts';

/** Sends a signal and waits until the run says that it was received. */
async function tell(run: Running, signal: NodeJS.Signals): Promise<void> {
  const received = () => run.events.filter((e) => e.type === 'signal-received').length;
  const before = received();
  run.signal(signal);
  await eventually('the signal is received', () => received() > before);
}

/** The run goes on where it was stopped, and ends whole. */
async function expectContinues(fleet: CrashFleet): Promise<void> {
  const { code, text } = await fleet.run('rebuild', '--continue');
  expect(code, text).toBe(0);
  await expectWhole(fleet);
  await expectNothingTwice(fleet, fleet.folder.runs().at(-1)!);
}

test('Ctrl-C once during builds: what is under way ends, nothing new begins, exit 130', async () => {
  const fleet = await crashFleet({ held: { slowBuild: 3, tested: true }, last: { dependsOn: ['held'] } });
  const before = await fleet.folder.containers();
  const run = fleet.start(['rebuild', '--batch-size', '1'], { direct: true });
  await run.until('the slow step', isSlowStep);
  await tell(run, 'SIGINT');
  const { code, text } = await run.ended;
  expect(code, text).toBe(130);
  expect(fleet.folder.journal().filter((e) => e.type === 'step-outcome' && e.kind === 'build')).toMatchObject([
    { service: 'held', outcome: { status: 'done' } },
  ]);
  await fleet.watch.now();
  expect(fleet.seen.filter((e) => e.what === 'container create' && e.role === 'test')).toEqual([]);
  expect(await fleet.folder.containers()).toEqual(before);
  await expectContinues(fleet);
});

test('Ctrl-C twice during a build and a test: both end at once with all that belongs to them, exit 130', async () => {
  const fleet = await crashFleet({ built: { slowBuild: 60 }, tested: { slowTest: true } });
  const before = await fleet.folder.containers();
  const run = fleet.start(['rebuild'], { direct: true });
  await run.until('the slow step', isSlowStep);
  await fleet.watch.until('its test', (e) => e.what === 'container start' && e.role === 'test');
  await tell(run, 'SIGINT');
  expect(fleet.processes().length).toBeGreaterThan(1);
  await tell(run, 'SIGINT');
  const { code, text } = await run.ended;
  expect(code, text).toBe(130);
  expect(fleet.processes(), 'processes').toEqual([]);
  expect((await containersFor(fleet.name)).map((line) => line.split(' ')[1]!).sort()).toEqual([
    `${fleet.name}-built-1`,
    `${fleet.name}-tested-1`,
  ]);
  expect(await fleet.folder.containers()).toEqual(before);
  await fleet.openGate();
  await expectContinues(fleet);
});

test('SIGTERM: what is under way ends, exit 143', async () => {
  const fleet = await crashFleet({ held: { slowTest: true } });
  const run = fleet.start(['rebuild'], { direct: true });
  await fleet.watch.until('its test', (e) => e.what === 'container start' && e.role === 'test');
  await tell(run, 'SIGTERM');
  await fleet.openGate();
  expect((await run.ended).code).toBe(143);
  expect(fleet.folder.journal().filter((e) => e.type === 'step-intent' && e.intent.kind === 'replace')).toEqual([]);
  await expectContinues(fleet);
});

test.each([
  ['once', 1],
  ['twice', 2],
])('Ctrl-C %s inside a replace: it comes to its end, the next one is not begun', async (_, times) => {
  const fleet = await crashFleet({ held: { stubborn: true }, last: { dependsOn: ['held'] } });
  const last = await fleet.folder.container('last');
  const run = fleet.start(['rebuild'], { direct: true });
  await fleet.watch.until('TERM', (e) => e.what === 'container kill' && e.service === 'held');
  for (let time = 0; time < times; time += 1) await tell(run, 'SIGINT');
  const { code, text } = await run.ended;
  expect(code, text).toBe(130);
  const replaced = fleet.folder.journal().filter((e) => e.type === 'step-outcome' && e.kind === 'replace');
  expect(replaced).toMatchObject([{ service: 'held', outcome: { status: 'done' } }]);
  expect(await fleet.versionOf('held')).toBe('held v2');
  expect(await fleet.folder.container('last')).toBe(last);
  await expectContinues(fleet);
});

test('Ctrl-C three times inside a replace ends even that; --continue puts it in order', async () => {
  const fleet = await crashFleet({ held: { stubborn: true } });
  const run = fleet.start(['rebuild'], { direct: true });
  await fleet.watch.until('TERM', (e) => e.what === 'container kill' && e.service === 'held');
  for (let time = 0; time < 3; time += 1) await tell(run, 'SIGINT');
  expect((await run.ended).code).toBe(130);
  await expectContinues(fleet);
});
