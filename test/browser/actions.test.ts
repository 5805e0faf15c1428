import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Event } from '../../src/journal/events.ts';
import { goTo, rowOf, untilEvents, useBrowser } from '../support/browser.ts';
import { bundle, cliEnv, slipway } from '../support/cli.ts';
import { REFUSED } from '../support/complaint-book.ts';
import { imageOf } from '../support/engine-facts.ts';
import { startRunning } from '../support/running.ts';
import { ServedCli } from '../support/served-cli.ts';
import { tinyFleet } from '../support/tiny-fleet.ts';

const browser = useBrowser();

function runsOf(cwd: string): string[] {
  return readdirSync(join(cwd, '.slipway/runs')).sort();
}

function journalOf(cwd: string, run: string): Event[] {
  const text = readFileSync(join(cwd, '.slipway/runs', run, 'journal.ndjson'), 'utf8');
  return text.split('\n').flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as Event] : []));
}

/** Presses the button of an action and agrees to what the dialog says will happen. */
async function act(page: Page, button: string, says: RegExp): Promise<void> {
  await page.locator(button).click();
  await page.locator('dialog[open]', { hasText: says }).waitFor();
  await page.locator('[data-confirm]').click();
}

/** Waits for what the server said to it, and closes the dialog. */
async function answered(page: Page, answer: RegExp): Promise<void> {
  await page.locator('dialog [role=status]', { hasText: answer }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
}

test('a service goes back by its button with the token, and stays as it is without', async () => {
  const project = 'sw-web-back';
  const cwd = tinyFleet(project, [{ name: 'bread' }, { name: 'cake' }]);
  expect((await slipway(['rebuild'], { cwd })).code).toBe(0);
  const first = await imageOf(`${project}-bread-1`);
  for (const name of ['bread', 'cake']) {
    const path = join(cwd, name, 'Dockerfile');
    writeFileSync(path, readFileSync(path, 'utf8').replace(`echo ${name}`, `echo better ${name}`));
  }
  expect((await slipway(['rebuild'], { cwd })).code).toBe(0);
  const second = { bread: await imageOf(`${project}-bread-1`), cake: await imageOf(`${project}-cake-1`) };
  const before = runsOf(cwd);
  const { port, token } = await new ServedCli(['--port', '0'], { cwd }).address();
  const { page } = await browser.visit(port, { tolerate: REFUSED });
  await page.locator(rowOf('bread', 'completed')).click();

  await act(page, 'main [data-action=rollback]', /bread goes back/);
  await page.locator('dialog [role=status]', { hasText: 'Actions need the token' }).waitFor();
  await page.locator('#token').fill('not the token of this server');
  await page.locator('[data-confirm]').click();
  await page.locator('dialog [role=status]', { hasText: 'Actions need the token' }).waitFor();
  expect([runsOf(cwd), await imageOf(`${project}-bread-1`)]).toEqual([before, second.bread]);

  await page.locator('#token').fill(token);
  await page.locator('[data-confirm]').click();
  await answered(page, /1 service going back/);
  await goTo(page, '#/');
  await page.locator('.headline', { hasText: 'rollback' }).waitFor();
  await page.locator('.headline', { hasText: 'done' }).waitFor();
  const run = runsOf(cwd).at(-1)!;
  expect(before).not.toContain(run);
  await untilEvents(page, journalOf(cwd, run).length);
  expect(await page.locator('[role=row][data-service]').count()).toBe(1);
  expect(await imageOf(`${project}-bread-1`)).toBe(first);
  expect(await imageOf(`${project}-cake-1`)).toBe(second.cake);
});

test('a run is paused, goes on, is paused again and cancelled by the buttons', async () => {
  const cwd = tinyFleet('sw-web-held', [
    { name: 'bread', buildSeconds: 2 },
    { name: 'cake', buildSeconds: 6 },
  ]);
  const { port, token } = await new ServedCli(['--port', '0'], { cwd }).address();
  const { page } = await browser.visit(port, { token });
  expect(page.url(), 'the token is in no address').not.toContain(token);
  const rebuild = startRunning([bundle(), 'rebuild', '--batch-size', '1', '--output', 'json'], { cwd, env: cliEnv() });
  await page.locator(rowOf('bread', 'running')).waitFor();

  await act(page, '[data-action=pause]', /No new step starts/);
  await answered(page, /Nothing new starts/);
  await page.locator('.headline', { hasText: 'paused' }).waitFor();
  await page.getByText('No step is under way.').waitFor();
  await page.locator(rowOf('cake', 'waiting')).waitFor();

  await act(page, '[data-action=resume]', /New steps start again/);
  await answered(page, /The run goes on/);
  await page.locator(rowOf('bread', 'completed')).waitFor();

  await act(page, '[data-action=pause]', /No new step starts/);
  await answered(page, /Nothing new starts/);
  await act(page, '[data-action=cancel]', /Nothing new starts/);
  await answered(page, /The run is being ended/);
  const { code, text } = await rebuild.ended;
  expect(code, text).toBe(130);
  await page.locator('.headline', { hasText: 'interrupted' }).waitFor();

  const [run] = runsOf(cwd);
  const journal = journalOf(cwd, run!);
  await untilEvents(page, journal.length);
  const told = journal.flatMap((event) => (event.type === 'control-received' ? [event.action] : []));
  expect(told).toEqual(['pause', 'resume', 'pause', 'cancel']);
  expect(begunWhilePaused(journal)).toEqual([]);
});

/** Steps that began between a pause and its end, without those that finish what was replaced. */
function begunWhilePaused(journal: readonly Event[]): string[] {
  let paused = false;
  return journal.flatMap((event) => {
    if (event.type === 'control-received') paused = event.action === 'pause';
    return paused && event.type === 'step-intent' && event.intent.kind !== 'verify' ? [event.step] : [];
  });
}
