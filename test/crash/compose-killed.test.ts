import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { expectNothingStray, expectNothingTwice, expectWhole } from '../support/crash-expect.ts';
import { type CrashFleet, crashFleet } from '../support/crash-fleet.ts';
import { imageOf, tagsOf } from '../support/engine-facts.ts';
import { eventually } from '../support/eventually.ts';

test('the Compose client killed during the stop: the old container serves again, the failure is named, --continue replaces it', async () => {
  const fleet = await crashFleet({ first: {}, held: { stubborn: true, dependsOn: ['first'] } });
  const old = await fleet.folder.container('held');
  const image = await imageOf(old);
  const run = fleet.start(['rebuild']);
  await fleet.watch.until('TERM', (e) => e.what === 'container kill' && e.id === old);
  killCompose(fleet);
  const { code, text } = await run.ended;
  expect(code, text).toBe(1);
  const settled = fleet.folder.journal().find((e) => e.type === 'service-settled' && e.service === 'held');
  expect(settled).toMatchObject({ status: 'failed', failure: { code: 'replace-failed' } });
  expect(text).toContain('ended by SIGKILL');
  await fleet.watch.until('the end of the stop', (e) => e.what === 'container stop' && e.id === old);
  await eventually(
    'the old one serves',
    async () => (await fleet.folder.container('held')) === old && (await fleet.versionOf('held')) === 'held v1',
  );
  const tag = `${fleet.name}-held:latest`;
  expect((await tagsOf(tag))[tag]).toBe(image);
  const before = await fleet.folder.containers();
  await fleet.folder.dockerCompose('up', '--detach');
  expect(await fleet.folder.containers()).toEqual(before);
  expect((await fleet.run('rebuild', '--continue')).code).toBe(0);
  await expectNothingStray(fleet);
  await expectWhole(fleet);
  await expectNothingTwice(fleet, fleet.folder.runs().at(-1)!);
});

test('when the old container cannot be started again either, that is a failed rollback: exit 3, with the commands to look with', async () => {
  const fleet = await crashFleet({ held: { stubborn: true }, last: { dependsOn: ['held'] } });
  const old = await fleet.folder.container('held');
  const last = await fleet.folder.container('last');
  fleet.proxy.refuse(new RegExp(`^POST /containers/${old}/start`), 'no more sockets');
  const run = fleet.start(['rebuild']);
  await fleet.watch.until('TERM', (e) => e.what === 'container kill' && e.id === old);
  killCompose(fleet);
  const { code, text } = await run.ended;
  expect(code, text.slice(-3000)).toBe(3);
  expect(text).toContain('no more sockets');
  expect(text).toContain(`${fleet.name}-held:pre-`);
  expect(await fleet.folder.container('last')).toBe(last);
  const resumed = await fleet.run('rebuild', '--continue');
  expect(resumed.code, resumed.text.slice(-3000)).toBe(0);
  await expectWhole(fleet);
});

/** Ends the Compose call that is under way, and nothing else. */
function killCompose(fleet: CrashFleet): void {
  const up = fleet.processes().find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0up\0'));
  process.kill(up!, 'SIGKILL');
}
