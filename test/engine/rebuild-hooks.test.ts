import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fleetFolder } from '../support/fleet-folder.ts';

test('hooks run with what they are about in their environment, and before_replace can refuse', async () => {
  const fleet = fleetFolder();
  const tell = ['sh', '-c', 'echo "$SLIPWAY_HOOK $SLIPWAY_SERVICE $SLIPWAY_RUN" >> told'];
  const hooks = (beforeReplace: readonly string[]) => ({
    before_run: [tell],
    before_replace: [tell, beforeReplace],
    after_replace: [tell],
    on_failure: [tell],
    after_run: [tell],
  });
  const write = async (version: string, beforeReplace: readonly string[]) => {
    await fleet.compose({ good: await fleet.tiny('good', { version }), vetoed: await fleet.tiny('vetoed', { version }) });
    await fleet.config({ hooks: hooks(beforeReplace) });
  };
  const told = () =>
    fleet
      .read('told')
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
  await write('v1', ['true']);
  const first = await fleet.rebuild();
  expect(first.exitCode, first.text).toBe(0);
  const [run] = fleet.runs();
  expect(
    told()
      .map(([hook, service]) => `${hook} ${service}`)
      .sort(),
  ).toEqual([
    'after_replace good',
    'after_replace vetoed',
    'after_run ',
    'before_replace good',
    'before_replace vetoed',
    'before_run ',
  ]);
  expect(new Set(told().map((words) => words[2]))).toEqual(new Set([run]));
  const before = await fleet.containers();

  await write('v2', ['sh', '-c', 'echo "no $SLIPWAY_SERVICE today" >&2; test "$SLIPWAY_SERVICE" != vetoed']);
  const vetoed = await fleet.rebuild();
  expect(vetoed.exitCode, vetoed.text).toBe(1);
  const after = await fleet.containers();
  expect(after.vetoed).toEqual(before.vetoed);
  expect(after.good).not.toEqual(before.good);
  expect(fleet.state().vetoed).toMatchObject({ status: 'failed', code: 'hook-failed' });
  expect(vetoed.stdout).toMatch(/vetoed failed: the before_replace hook ended with 1\n +no vetoed today/);
  expect(
    told()
      .filter(([hook]) => hook === 'on_failure')
      .map((words) => words[1]),
  ).toEqual(['vetoed']);

  await fleet.config({ hooks: { before_run: [['sh', '-c', 'exit 4']] } });
  const refused = await fleet.rebuild('--force');
  expect(refused.exitCode, refused.text).toBe(2);
  expect(refused.text).toMatch(/before_run hook .* ended with 4; nothing was started/);
  expect(await fleet.containers()).toEqual(after);
});

/** Paths of all files below a folder that hold the text. */
function holding(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => {
    const file = join(folder, path);
    return statSync(file).isFile() && readFileSync(file, 'latin1').includes(text);
  });
}

test('a secret of the Compose file is in no log, journal, plan, state or output', async () => {
  const fleet = fleetFolder();
  const secret = 'tr0ub4dor-and-3';
  const leaks = async (version: string, broken: readonly string[] = []) => {
    await fleet.compose({
      leaky: await fleet.tiny('leaky', {
        version,
        dockerfile: ['ARG API_TOKEN', 'RUN echo "building with $API_TOKEN"', ...broken],
        compose: {
          build: { context: './leaky', args: { API_TOKEN: secret } },
          environment: { DB_PASSWORD: secret },
          restart: 'no',
        },
      }),
    });
    const command = ['sh', '-c', 'echo testing; echo "the token is $0"; echo "$0" | sed s/tr0/tr0/', secret];
    await fleet.config({ categories: { all: { services: [{ name: 'leaky', kind: 'service', test: { command } }] } } });
  };
  const expectNoLeak = (output: string) => {
    expect(output).not.toContain(secret);
    for (const folder of ['logs', '.slipway']) expect(holding(join(fleet.root, folder), secret), folder).toEqual([]);
    expect(fleet.stateText()).not.toContain(secret);
  };
  await leaks('v1');
  const dry = await fleet.slipway(['plan', '--json']);
  const first = await fleet.rebuild('--output', 'json');
  expect(first.exitCode, first.text).toBe(0);
  expectNoLeak(dry.text + first.text);
  expect(fleet.read(`logs/phase1_builds/${fleet.runs()[0]}/leaky_test.log`)).toContain('the token is ');

  // Failing loudly is no reason to tell it either.
  await leaks('v2', ['CMD ["sh", "-c", "echo cannot log in with $DB_PASSWORD; exit 1"]']);
  const second = await fleet.rebuild();
  expect(second.exitCode, second.text).toBe(1);
  expect(second.stdout).toContain('cannot log in with ');
  expectNoLeak(second.text);
});
