import { expect, test } from 'vitest';
import { containersFor, engineNow, eventsOf, tagsOf } from '../support/engine-facts.ts';
import { type FleetFolder, fleetFolder } from '../support/fleet-folder.ts';

async function pair(fleet: FleetFolder): Promise<void> {
  await fleet.compose({ one: await fleet.tiny('one'), two: await fleet.tiny('two', { compose: { depends_on: ['one'] } }) });
  await fleet.config({ categories: { all: { services: [{ name: 'one' }, { name: 'two' }] } } });
}

/** All that the fleet is on disk and on the engine. */
async function everything(fleet: FleetFolder) {
  return { files: fleet.listing(), tags: await tagsOf(fleet.name), containers: await containersFor(fleet.name) };
}

/** Plans in every form; nothing may have been written, made or even touched on the engine. */
async function expectDryPlans(fleet: FleetFolder, says: RegExp): Promise<void> {
  const before = await everything(fleet);
  const since = await engineNow();
  const plan = await fleet.slipway(['plan']);
  const planJson = await fleet.slipway(['plan', '--json']);
  const dry = await fleet.rebuild('--dry-run');
  const dryJson = await fleet.rebuild('--dry-run', '--output', 'json');
  for (const end of [plan, planJson, dry, dryJson]) expect(end.exitCode, end.text).toBe(0);
  expect(plan.stdout).toMatch(says);
  expect(dry.stdout).toBe(plan.stdout);
  expect(JSON.parse(dryJson.stdout)).toEqual(JSON.parse(planJson.stdout));
  expect(await eventsOf(fleet.name, since)).toEqual([]);
  expect(await everything(fleet)).toEqual(before);
}

test('plan and --dry-run write nothing to disk and nothing to the engine', async () => {
  const fleet = fleetFolder();
  await pair(fleet);
  await expectDryPlans(fleet, /Plan: 2 planned, 0 untouched/);
  const run = await fleet.rebuild();
  expect(run.exitCode, run.text).toBe(0);
  await expectDryPlans(fleet, /Plan: 0 planned, 2 untouched; nothing to do/);
  await fleet.write({ 'one/version': 'one v2\n' });
  await expectDryPlans(fleet, /inputs-changed: its inputs differ[\s\S]*Untouched: 1 service/);
});

test('a written plan is executed as long as nothing has moved, and refused afterwards', async () => {
  const fleet = fleetFolder();
  await pair(fleet);
  const written = await fleet.slipway(['plan', 'two', '--out', 'plan.json']);
  expect(written.exitCode, written.text).toBe(0);
  expect(JSON.parse(fleet.read('plan.json')).services.map((s: { service: string }) => s.service)).toContain('two');

  await fleet.write({ 'two/version': 'two v2\n' });
  const refused = await fleet.rebuild('--plan', 'plan.json');
  expect(refused.exitCode, refused.text).toBe(2);
  expect(refused.stderr).toMatch(/two/);
  expect(await containersFor(fleet.name)).toEqual([]);
  const selected = await fleet.rebuild('--plan', 'plan.json', 'one');
  expect(selected.exitCode, selected.text).toBe(2);

  await fleet.write({ 'two/version': 'two v1\n' });
  const ran = await fleet.rebuild('--plan', 'plan.json');
  expect(ran.exitCode, ran.text).toBe(0);
  // `one` was not selected: it is there because `two` needs it.
  expect(Object.keys(await fleet.containers())).toEqual(['one', 'two']);
  expect(JSON.parse(fleet.read('plan.json')).plan).toBe(
    JSON.parse(fleet.read(`.slipway/runs/${fleet.runs()[0]}/plan.json`)).plan,
  );

  const stale = await fleet.rebuild('--plan', 'plan.json');
  expect(stale.exitCode, stale.text).toBe(2);
  expect(fleet.runs()).toHaveLength(1);
});
