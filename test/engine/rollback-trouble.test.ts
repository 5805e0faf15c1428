import { rm } from 'node:fs/promises';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { docker, imageId, imageOf, inspect } from '../support/engine-facts.ts';
import { answerOf, type FleetFolder, fleetFolder, freePort } from '../support/fleet-folder.ts';

/** `vital` is healthy only as long as the host has the file; `later` needs nobody, `base` is needed by `vital`. */
async function write(fleet: FleetFolder, version: string, port: number): Promise<void> {
  await fleet.write({ 'host/ok': 'ok\n' });
  const check = { test: ['CMD', 'test', '-e', '/www/host/ok'], interval: '500ms', retries: 2 };
  await fleet.compose({
    vital: await fleet.tiny('vital', {
      version,
      port,
      compose: { volumes: ['./host:/www/host:ro'], healthcheck: check, depends_on: ['base'] },
    }),
    base: await fleet.tiny('base', { version }),
    later: await fleet.tiny('later', { version }),
  });
  await fleet.config({
    categories: {
      all: { services: [{ name: 'vital', health: '/version', critical: true }, { name: 'base' }, { name: 'later' }] },
    },
  });
}

const images = async (fleet: FleetFolder) => {
  const names = ['vital', 'base', 'later'];
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await imageOf(await fleet.container(name))] as const)),
  );
};

test('a rollback that fails ends in 3 with commands that work, lets the others under way finish, and goes on with --continue', async () => {
  const fleet = fleetFolder();
  const port = await freePort();
  await write(fleet, 'v1', port);
  expect((await fleet.rebuild()).exitCode).toBe(0);
  const v1 = await images(fleet);
  await write(fleet, 'v2', port);
  expect((await fleet.rebuild()).exitCode).toBe(0);
  const v2 = await images(fleet);

  await rm(`${fleet.root}/host/ok`);
  const failed = await fleet.slipway(['rollback', '--all', '--yes']);
  expect(failed.exitCode, failed.text).toBe(3);
  expect(fleet.state().vital).toMatchObject({ status: 'failed', code: 'rollback-failed', image: v1.vital });
  expect(fleet.state().later).toMatchObject({ status: 'rolled-back', image: v1.later });
  // Nothing is begun after it, and nothing is rolled back again.
  expect(fleet.state().base).toMatchObject({ status: 'pending' });
  expect(await images(fleet)).toEqual({ vital: v1.vital, base: v2.base, later: v1.later });
  expect(failed.stdout).toMatch(/ROLLBACK FAILED: .* is back but was judged unhealthy/);

  // The commands put what ran before this rollback in place again.
  const commands = [...failed.stdout.matchAll(/^ {4}(docker .*)$/gm)].map(([, line]) => line!);
  expect(commands[0]).toContain(`${fleet.name}-vital:pre-phase1-rebuild-${fleet.runs().at(-1)} ${fleet.name}-vital:latest`);
  await fleet.write({ 'host/ok': 'ok\n' });
  for (const command of commands) await execa('sh', ['-c', command], { stdin: 'ignore', cwd: '/' });
  expect(await images(fleet)).toEqual({ vital: v2.vital, base: v2.base, later: v1.later });

  // Mended: the run goes on to the same releases, whichever command it is continued with.
  const listed = await fleet.slipway(['runs']);
  expect(listed.stdout).toMatch(/rollback/);
  const continued = await fleet.rebuild('--continue');
  expect(continued.exitCode, continued.text).toBe(0);
  expect(await images(fleet)).toEqual(v1);
  expect(await answerOf(port)).toBe('vital v1');
  expect(fleet.runs()).toHaveLength(3);
  for (const name of ['vital', 'base', 'later']) expect(fleet.state()[name]!.status).toBe('rolled-back');
  expect(await fleet.slipway(['rollback', '--continue'])).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('nothing to continue'),
  });

  // An image that not even a keeper held is gone: named, before anything is touched.
  const [, newer] = fleet.runs();
  await forget(fleet, v2.base!);
  const before = await fleet.containers();
  const refused = await fleet.slipway(['rollback', '--all', '--to', newer!, '--yes']);
  expect(refused.exitCode, refused.text).toBe(2);
  expect(refused.stderr.replaceAll(/\s+/g, ' ')).toContain(`base cannot go back to release ${newer}: its image`);
  expect(await fleet.containers()).toEqual(before);
  expect(fleet.runs()).toHaveLength(3);
});

/** What `docker system prune -a` does to an image: its keeper goes first, then its tags. */
async function forget(fleet: FleetFolder, image: string): Promise<void> {
  const keepers = await docker('ps', '-a', '-q', '--no-trunc', '--filter', `name=slipway-keeper-${fleet.name}`);
  for (const id of keepers.split('\n').filter(Boolean)) if ((await imageOf(id)) === image) await docker('rm', id);
  const tags = await docker('image', 'inspect', '--format', '{{join .RepoTags "\\n"}}', image);
  for (const tag of tags.split('\n').filter(Boolean)) await docker('rmi', tag);
  expect(await imageId(image)).toBeNull();
}

test('the way of the operators works after a rebuild, and is seen as what it is', async () => {
  const fleet = fleetFolder();
  const port = await freePort();
  await write(fleet, 'v1', port);
  expect((await fleet.rebuild()).exitCode).toBe(0);
  const v1 = await images(fleet);
  await write(fleet, 'v2', port);
  expect((await fleet.rebuild()).exitCode).toBe(0);
  const v2 = await images(fleet);
  const [older, newer] = fleet.runs();

  const repository = `${fleet.name}-vital`;
  await docker('tag', `${repository}:pre-phase1-rebuild-${newer}`, `${repository}:latest`);
  await fleet.dockerCompose('up', '-d', 'vital');
  expect(await images(fleet)).toEqual({ ...v2, vital: v1.vital });
  expect(await answerOf(port)).toBe('vital v1');

  // Status tells of runs only, so it knows nothing of it; a plan and a rollback look at the engine.
  expect(await fleet.slipway(['status'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('3 completed') });
  const plan = await fleet.slipway(['plan']);
  expect(plan.stdout.replaceAll(/\s+/g, ' ')).toMatch(/inputs-changed: it runs [0-9a-f]{12}, not the recorded [0-9a-f]{12}/);
  const dry = await fleet.slipway(['rollback', 'vital', '--to', newer!, '--dry-run']);
  expect(dry.stderr.replaceAll(/\s+/g, ' ')).toMatch(/changed-by-hand vital: it runs|changed-by-hand vital runs/);
  const already = await fleet.slipway(['rollback', 'vital', '--to', older!, '--yes']);
  expect(already).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(`it runs what release ${older} has already`) });

  // The plan of a rollback is to look at: no rebuild carries it out.
  const document = await fleet.slipway(['rollback', 'vital', '--dry-run', '--json']);
  await fleet.write({ 'back.json': document.stdout });
  expect(await fleet.rebuild('--plan', 'back.json')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('plan-of-rollback'),
  });

  // What it needs and is down is started again as it is.
  const base = await fleet.container('base');
  await docker('stop', '-t', '1', base);

  // Slipway takes it forward to the newest release, and a rebuild finds it as it left it.
  const forward = await fleet.slipway(['rollback', 'vital', '--yes']);
  expect(forward.exitCode, forward.text).toBe(0);
  expect(await images(fleet)).toEqual(v2);
  expect(await fleet.container('base')).toBe(base);
  expect(await inspect(base, '{{.State.Running}}')).toBe('true');
  expect((await fleet.slipway(['rollback', 'vital', '--to', older!, '--yes'])).exitCode).toBe(0);
  expect(await images(fleet)).toEqual({ ...v2, vital: v1.vital });
  const rebuilt = await fleet.rebuild();
  expect(rebuilt.exitCode, rebuilt.text).toBe(0);
  expect(await images(fleet)).toEqual(v2);
});
