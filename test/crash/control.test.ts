import { expect, test } from 'vitest';
import { expectNothingTwice, expectWhole } from '../support/crash-expect.ts';
import { type CrashFleet, crashFleet } from '../support/crash-fleet.ts';
import { eventually } from '../support/eventually.ts';

/** What has begun of the present run so far, by its journal. */
const begun = ({ folder }: CrashFleet) => folder.journal().flatMap((e) => (e.type === 'step-intent' ? [e.step] : []));

/** Waits until a step of the run has its outcome. */
function outcome({ folder }: CrashFleet, step: string): Promise<unknown> {
  return eventually(`${step} has ended`, () => folder.journal().some((e) => e.type === 'step-outcome' && e.step === step));
}

async function slipway(fleet: CrashFleet, ...args: readonly string[]): Promise<string> {
  const { code, text } = await fleet.run(...args);
  expect(code, text).toBe(0);
  return text;
}

/** A run that another process has paused while `held` was being tested and `other` replaced. */
async function pausedRun() {
  const fleet = await crashFleet({ held: { slowTest: true }, other: { slowHealth: true }, last: { dependsOn: ['held'] } });
  const before = await fleet.folder.containers();
  const run = fleet.start(['rebuild', '--batch-size', 'all'], { direct: true });
  await fleet.watch.until('its test', (e) => e.what === 'container start' && e.role === 'test');
  await run.until('other is judged', (e) => e.type === 'step-intent' && e.step === 'other:verify');
  await slipway(fleet, 'pause');
  const atPause = begun(fleet);
  await fleet.openGate();
  await outcome(fleet, 'held:test');
  // What was replaced is judged to its end.
  await run.until('other is completed', (e) => e.type === 'service-settled' && e.service === 'other');
  expect(await slipway(fleet, 'status')).toContain('paused');
  expect(begun(fleet).slice(atPause.length)).toEqual([]);
  const { held, last } = await fleet.folder.containers();
  expect({ held, last }).toEqual({ held: before.held, last: before.last });
  return { fleet, run };
}

async function expectContinues(fleet: CrashFleet): Promise<void> {
  await slipway(fleet, 'rebuild', '--continue');
  await expectWhole(fleet);
  await expectNothingTwice(fleet, fleet.folder.runs().at(-1)!);
}

test('paused from another process, nothing begins but judging what was replaced; resumed, it comes to a good end', async () => {
  const { fleet, run } = await pausedRun();
  await slipway(fleet, 'resume');
  const { code, text } = await run.ended;
  expect(code, text).toBe(0);
  await expectWhole(fleet);
  await expectNothingTwice(fleet, fleet.folder.runs().at(-1)!);
});

test('paused and then cancelled: exit 130, and --continue finishes it', async () => {
  const { fleet, run } = await pausedRun();
  await slipway(fleet, 'cancel', '--yes');
  const { code, text } = await run.ended;
  expect(code, text).toBe(130);
  await expectContinues(fleet);
});

test('paused and then killed: --continue finishes it, paused no more', async () => {
  const { fleet, run } = await pausedRun();
  run.signal('SIGKILL');
  await run.ended;
  await expectContinues(fleet);
});
