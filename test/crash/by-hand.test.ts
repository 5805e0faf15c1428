import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { expectWhole } from '../support/crash-expect.ts';
import { type CrashFleet, crashFleet } from '../support/crash-fleet.ts';
import { docker, imageOf, tagsOf } from '../support/engine-facts.ts';

/** The text without its line breaks. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** What an operator does who does not know of Slipway: the container goes, and plain Compose makes another of the same image. */
async function replaceByHand({ folder }: CrashFleet, service: string): Promise<string> {
  await docker('rm', '-f', await folder.container(service));
  await folder.dockerCompose('up', '--detach', '--no-deps', '--no-build', service);
  return folder.container(service);
}

async function configureByHand({ folder }: CrashFleet, service: string): Promise<void> {
  const model = parse(folder.read('docker-compose.yml')) as { services: Record<string, object> };
  model.services[service] = { ...model.services[service], environment: { BY: 'hand' } };
  await folder.write({ 'docker-compose.yml': stringify(model) });
}

test('a plan is refused when anything moved since, each thing by its name, and nothing is touched', async () => {
  const fleet = await crashFleet({ tagged: {}, replaced: {}, removed: {}, configured: {}, same: {} });
  const { folder, name } = fleet;
  const planned = await fleet.run('plan', '--out', 'plan.json');
  expect(planned.code, planned.text).toBe(0);

  await docker('rmi', '-f', `${name}-tagged:latest`);
  const replaced = await replaceByHand(fleet, 'replaced');
  await docker('rm', '-f', await folder.container('removed'));
  await configureByHand(fleet, 'configured');
  const before = await folder.containers();

  const { code, text } = await fleet.run('rebuild', '--plan', 'plan.json');
  expect(code, text).toBe(2);
  const said = plain(text);
  expect(said).toMatch(/tagged: its tag pointed to \S+ and points to no image now/);
  expect(said).toMatch(new RegExp(`replaced: its containers were \\S+ and are ${replaced.slice(0, 12)} now`));
  expect(said).toMatch(/removed: it ran \S+ and runs no image now/);
  expect(said).toMatch(/configured: its configuration changed/);
  expect(said).not.toMatch(/\bsame: /);
  expect(said).toContain('slipway plan --out');
  expect(await folder.containers()).toEqual(before);

  const anew = await fleet.run('rebuild');
  expect(anew.code, anew.text).toBe(0);
  await expectWhole(fleet);
});

test('a container replaced by hand between its backup and its replace is left alone, and that is said; --continue goes on from it', async () => {
  const fleet = await crashFleet({ held: { slowTest: true, data: 'named' }, last: { dependsOn: ['held'] }, other: {} });
  const old = await imageOf(await fleet.folder.container('held'));
  const run = fleet.start(['rebuild'], { direct: true });
  await run.until('the backup', (e) => e.type === 'step-outcome' && e.service === 'held' && e.kind === 'backup');
  await fleet.watch.until('its test', (e) => e.what === 'container start' && e.role === 'test' && e.service === 'held');
  const byHand = await replaceByHand(fleet, 'held');
  await fleet.openGate();
  const { code, text } = await run.ended;
  expect(code, text).toBe(1);
  const settled = fleet.folder.journal().filter((e) => e.type === 'service-settled');
  expect(settled.find((e) => e.service === 'held')).toMatchObject({ status: 'failed', failure: { code: 'changed-underneath' } });
  expect(settled.find((e) => e.service === 'last')).toMatchObject({ status: 'skipped' });
  expect(settled.find((e) => e.service === 'other')).toMatchObject({ status: 'completed' });
  expect(plain(text)).toContain('another tool replaced');
  expect(await fleet.folder.container('held')).toBe(byHand);
  expect((await fleet.look()).held).toMatchObject({ version: 'held v1', well: true });

  const resumed = await fleet.run('rebuild', '--continue');
  expect(resumed.code, resumed.text).toBe(0);
  await expectWhole(fleet);
  const tags = await tagsOf(`${fleet.name}-held:pre-`);
  expect(Object.values(tags)).toEqual([old]);
  await fleet.watch.now();
  // The one made by hand counts as well.
  expect(fleet.seen.filter((e) => e.what === 'container create' && e.role === 'service' && e.service === 'held')).toHaveLength(2);
});

test('a container removed by hand in its own verify fails, and --continue makes another', async () => {
  const fleet = await crashFleet({ held: { slowHealth: true }, last: { dependsOn: ['held'] } });
  const run = fleet.start(['rebuild'], { direct: true });
  await run.until('the verify', (e) => e.type === 'step-intent' && e.service === 'held' && e.intent.kind === 'verify');
  await docker('rm', '-f', await fleet.folder.container('held'));
  await fleet.openGate();
  const { code, text } = await run.ended;
  expect(code, text).toBe(1);
  const settled = fleet.folder.journal().find((e) => e.type === 'service-settled' && e.service === 'held');
  expect(settled).toMatchObject({ status: 'failed', failure: { code: 'bad-verdict' } });
  const resumed = await fleet.run('rebuild', '--continue');
  expect(resumed.code, resumed.text).toBe(0);
  await expectWhole(fleet);
});
