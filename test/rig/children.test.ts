import { expect, test } from 'vitest';
import { Rig } from '../support/rig/rig.ts';

const SECRET = 'hunter2-correct-horse';

/** A whole rebuild of a service that has secrets wherever it can; everything its children were given. */
async function rebuilt(env: Readonly<Record<string, string>>) {
  const rig = await Rig.open();
  rig.reportAll();
  rig.fleet({ api: { environment: { DB_PASSWORD: SECRET }, labels: { token: SECRET } } });
  rig.finishUps();
  const cli = rig.start(['rebuild', 'api'], env);
  const bake = await rig.bake('api');
  await bake.stderr(`connecting with ${SECRET}\n`);
  await rig.finishBake(bake);
  const end = await cli.ended;
  expect(end.exitCode).toBe(0);
  return { rig, end };
}

test('no variable of Compose or buildx reaches a child, but those that protect', async () => {
  const { rig } = await rebuilt({
    COMPOSE_PROJECT_NAME: 'other',
    COMPOSE_FILE: '/elsewhere.yml',
    COMPOSE_REMOVE_ORPHANS: '1',
    COMPOSE_PROFILES: 'debug',
    BUILDX_BUILDER: 'other',
    BUILDX_BAKE_FILE: '/elsewhere.hcl',
    DOCKER_BUILDKIT: '0',
    MY_OWN: 'kept',
  });
  const owns = { COMPOSE_REMOVE_ORPHANS: '0', BUILDX_NO_DEFAULT_ATTESTATIONS: '1', BUILDX_BAKE_ENTITLEMENTS_FS: '0' };
  expect(rig.calls.length).toBeGreaterThan(5);
  for (const { facts, line } of rig.calls) {
    const { BUILDX_GIT_INFO: _, ...given } = facts.env;
    const found = Object.entries(given).filter(([name]) => /^(COMPOSE|BUILDX)_|^DOCKER_BUILDKIT/.test(name));
    expect(Object.fromEntries(found), line).toEqual(owns);
    expect(facts.env.MY_OWN, line).toBe('kept');
  }
});

test('every Compose call names its project, folder and files', async () => {
  const { rig } = await rebuilt({});
  const calls = rig.calls.filter(({ facts }) => facts.tool === 'docker-compose' && !facts.args.includes('version'));
  expect(calls.length).toBeGreaterThanOrEqual(3);
  for (const { facts, line } of calls) {
    const given = (flag: string) => facts.args[facts.args.indexOf(flag) + 1];
    // Asked for the model, Compose is the one to say the name.
    expect(given('-p'), line).toBe(facts.args.includes('config') ? '' : 'rig');
    expect(given('--project-directory'), line).toBe(rig.root);
    expect(given('-f'), line).toBe(`${rig.root}/docker-compose.yml`);
  }
});

test('no flag that destroys, and up touches its one service only', async () => {
  const { rig } = await rebuilt({});
  const all = rig.calls.flatMap(({ facts }) => facts.args);
  const DESTRUCTIVE = ['-y', '--yes', '--remove-orphans', '-V', '--renew-anon-volumes', '-t', '--timeout', 'down', 'rm', 'prune'];
  expect(all.filter((arg) => DESTRUCTIVE.includes(arg))).toEqual([]);
  const up = rig.calls.filter(({ facts }) => facts.args.includes('up'));
  expect(up.map(({ facts }) => facts.args.slice(facts.args.indexOf('up')))).toEqual([
    ['up', '--detach', '--no-deps', '--no-build', '--pull', 'never', '--no-color', 'api'],
  ]);
});

test('a secret of the model is in no argument, no output and no file but the operator’s own', async () => {
  const { rig, end } = await rebuilt({});
  expect(rig.calls.filter(({ line }) => line.includes(SECRET))).toEqual([]);
  expect(`${end.stdout}${end.stderr}`).not.toContain(SECRET);
  expect(rig.filesHolding(SECRET)).toEqual(['docker-compose.yml']);
});

test('each child is in a group of its own, without a terminal', async () => {
  const { rig } = await rebuilt({});
  expect(rig.calls.filter(({ facts }) => facts.terminal)).toEqual([]);
  expect(new Set(rig.calls.map(({ facts }) => facts.group)).size).toBe(rig.calls.length);
});
