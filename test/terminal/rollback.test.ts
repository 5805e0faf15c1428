import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { imageOf } from '../support/engine-facts.ts';
import { fleetFolder } from '../support/fleet-folder.ts';
import { slipwayIn } from '../support/terminal.ts';

test('a rollback in a terminal shows its plan, asks, is shown live and summed up', async () => {
  const home = mkdtempSync(join(tmpdir(), 'slipway-home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const env = { XDG_CONFIG_HOME: home };
  const fleet = fleetFolder();
  const size = { columns: 80, rows: 40 };
  for (const version of ['v1', 'v2']) {
    await fleet.compose({
      bread: await fleet.tiny('bread', { version, compose: { environment: { FLOUR: version } } }),
      cake: await fleet.tiny('cake', { version, compose: { depends_on: ['bread'] } }),
    });
    await fleet.config({ health: { startup_grace: '1s', interval: '200ms', stable_for: '1s' } });
    expect(await fleet.slipway(['rebuild'], { env })).toMatchObject({ exitCode: 0 });
  }
  const [older] = fleet.runs();
  const before = await fleet.containers();

  const no = slipwayIn(size, ['rollback', '--all'], { cwd: fleet.root, env });
  await no.until('the question', (t) => t.screen().some((line) => line.startsWith('Put 2 services back? [y/N]')));
  const asked = no
    .history()
    .map((line) =>
      line
        .replaceAll(/[0-9a-f]{12} -> [0-9a-f]{12}/g, 'OLD -> NEW')
        .replaceAll(older!, 'RELEASE')
        .replace(/about .*$/, 'about SO LONG'),
    )
    .join('\n');
  expect(asked).toMatchInlineSnapshot(`
    "Plan: 2 planned, 0 untouched, about SO LONG

    Wave 1: 1 service
      rolled-back: to release RELEASE, the newest in which it ran well with
      something else
        backup > rollback; image OLD -> NEW
          cake

    Wave 2: 1 service
      rolled-back: to release RELEASE, the newest in which it ran well with
      something else
        backup > rollback
          bread  image OLD -> NEW, configuration; after cake

    Put 2 services back? [y/N] "
  `);
  no.type('n\r');
  expect(await no.ended).toEqual({ code: 2, signal: 0 });
  expect(no.history().join('\n')).toContain('Nothing was put back');
  expect(await fleet.containers()).toEqual(before);

  const yes = slipwayIn(size, ['rollback', '--all'], { cwd: fleet.root, env });
  await yes.until('the question', (t) => t.screen().some((line) => line.startsWith('Put 2 services back? [y/N]')));
  yes.type('y\r');
  await yes.until('a live frame', (t) => t.screen().some((line) => /^slipway rollback /.test(line)));
  expect(await yes.ended).toEqual({ code: 0, signal: 0 });
  expect(yes.cursorIsVisible()).toBe(true);
  const text = yes.history().join('\n');
  expect(text).toMatch(/done: 2 rolled back of 2 services/);
  expect(text).not.toContain('no reason recorded');
  for (const name of ['bread', 'cake']) expect(await imageOf(await fleet.container(name))).toBe(fleet.state()[name]!.image);

  const status = slipwayIn(size, ['status'], { cwd: fleet.root, env });
  await status.ended;
  expect(status.history().join('\n')).toMatch(new RegExp(`bread +rolled back .* to release ${older}`));
  const log = fleet.read(`logs/phase1_batch_rebuild_${fleet.runs().at(-1)}.log`);
  expect(log).toContain('a rollback: 2 services to do');
});
