import { expect, test } from 'vitest';
import { BUSYBOX } from '../support/compose-project.ts';
import { docker, imageId, imageOf, tagsOf } from '../support/engine-facts.ts';
import { type FleetFolder, fleetFolder } from '../support/fleet-folder.ts';

/** Makes an image that differs from the last one by a label, under the tag. */
async function tagNewImage(tag: string, label: string): Promise<string> {
  const container = (await docker('create', BUSYBOX)).trim();
  await docker('commit', '--change', `LABEL made=${label}`, container, tag);
  await docker('rm', container);
  return (await imageId(tag))!;
}

async function writeFleet(fleet: FleetFolder, version: string): Promise<void> {
  const asleep = { init: true, command: ['sleep', '1000'] };
  const built = await fleet.tiny('built', { version });
  const { build } = built as { build: string };
  await fleet.compose({
    'only.image': { image: `${fleet.name}/only.image:1`, ...asleep },
    Capital: { ...(await fleet.tiny('Capital', { version })), image: `${fleet.name}/capital` },
    leader: { ...(await fleet.tiny('leader', { version })), image: `${fleet.name}/shared:live` },
    sharer: { image: `${fleet.name}/shared:live`, init: true, stop_grace_period: '1s' },
    built,
    twin: { ...built, build },
    pair: await fleet.tiny('pair', { version, compose: { scale: 2 } }),
  });
  await fleet.config();
}

test('images of every kind: moved tags, shared tags, twins, replicas, odd names', async () => {
  const fleet = fleetFolder();
  const tag = `${fleet.name}/only.image:1`;
  const firstImage = await tagNewImage(tag, 'first');
  await writeFleet(fleet, 'v1');
  const first = await fleet.rebuild('--batch-size', 'all');
  expect(first.exitCode, first.text).toBe(0);
  const before = await fleet.containers();
  expect(before.pair).toHaveLength(2);
  expect(await imageOf(before['only.image']![0]!)).toBe(firstImage);
  expect(await imageOf(before.sharer![0]!)).toBe(await imageOf(before.leader![0]!));
  expect(await imageOf(before.Capital![0]!)).toBe(await imageId(`${fleet.name}/capital:latest`));
  // One build for the twins.
  const plan = JSON.parse(fleet.read(`.slipway/runs/${fleet.runs()[0]}/plan.json`)) as {
    services: { service: string; steps: { sameBuildAs?: string }[] }[];
  };
  const leaders = plan.services.filter((s) => s.steps.some((step) => step.sameBuildAs)).map((s) => s.service);
  expect(leaders).toHaveLength(2);

  const quiet = await fleet.rebuild();
  expect(quiet.stdout, quiet.text).toMatch(/Left alone: 7/);
  const secondImage = await tagNewImage(tag, 'second');
  expect(secondImage).not.toBe(firstImage);
  const moved = await fleet.rebuild();
  expect(moved.exitCode, moved.text).toBe(0);
  const afterMove = await fleet.containers();
  expect({ ...afterMove, 'only.image': null }).toEqual({ ...before, 'only.image': null });
  expect(await imageOf(await fleet.container('only.image'))).toBe(secondImage);
  expect(await imageId(`${fleet.name}/only.image:pre-phase1-rebuild-${fleet.runs().at(-1)}`)).toBe(firstImage);

  await writeFleet(fleet, 'v2');
  const changed = await fleet.rebuild('--batch-size', 'all');
  expect(changed.exitCode, changed.text).toBe(0);
  const after = await fleet.containers();
  for (const name of ['Capital', 'leader', 'sharer', 'built', 'twin']) {
    expect(after[name], name).toHaveLength(1);
    expect(after[name], name).not.toEqual(afterMove[name]);
  }
  expect(after['only.image']).toEqual(afterMove['only.image']);
  expect(after.pair).toHaveLength(2);
  for (const id of after.pair!) expect(before.pair).not.toContain(id);
  expect(new Set(await Promise.all(after.pair!.map(imageOf)))).toEqual(new Set([await imageId(`${fleet.name}-pair:latest`)]));
  expect(await imageOf(after.sharer![0]!)).toBe(await imageId(`${fleet.name}/shared:live`));
  expect(await imageOf(after.sharer![0]!)).toBe(await imageOf(after.leader![0]!));
  expect(await docker('exec', after.sharer![0]!, 'cat', '/www/version')).toBe('leader v2');
  expect(fleet.stateText().match(/completed/g)).toHaveLength(7);
  expect(Object.keys(await tagsOf(fleet.name)).filter((name) => name.includes('candidate'))).toEqual([]);
  await fleet.dockerCompose('up', '-d');
  expect(await fleet.containers()).toEqual(after);
});
