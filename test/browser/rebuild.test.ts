import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { eventCount, rowOf, untilConnection, untilEvents, useBrowser } from '../support/browser.ts';
import { bundle, cliEnv } from '../support/cli.ts';
import { SERVER_AWAY } from '../support/complaint-book.ts';
import { type Running, startRunning } from '../support/running.ts';
import { ServedCli } from '../support/served-cli.ts';
import { type TinyService, tinyFleet } from '../support/tiny-fleet.ts';

const browser = useBrowser();

const FLEET: readonly TinyService[] = [
  { name: 'bread', buildSeconds: 2 },
  { name: 'cake', dependsOn: ['bread'] },
  { name: 'pie', buildSeconds: 4 },
  { name: 'soup', brokenBuild: true },
];

/** How many events the journal of the only run has. */
function journalLines(cwd: string): number {
  const [run, ...others] = readdirSync(join(cwd, '.slipway/runs'));
  expect(others).toEqual([]);
  return readFileSync(join(cwd, '.slipway/runs', run!, 'journal.ndjson'), 'utf8')
    .split('\n')
    .filter(Boolean).length;
}

function rebuild(cwd: string): Running {
  return startRunning([bundle(), 'rebuild', '--output', 'json'], { cwd, env: cliEnv() });
}

/** Notes in the page itself which statuses a service's row goes through; a reload would lose it. */
async function noteStatuses(page: Page): Promise<void> {
  await page.evaluate(`
    window.seen = {};
    const look = () => {
      for (const { dataset } of document.querySelectorAll('[role=row][data-service]')) {
        const list = (window.seen[dataset.service] ??= []);
        if (list.at(-1) !== dataset.status) list.push(dataset.status);
      }
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    look();
  `);
}

async function seenStatuses(page: Page): Promise<Record<string, string[]>> {
  return page.evaluate<Record<string, string[]>>('window.seen');
}

test('two tabs follow a rebuild without a reload, and one that is closed changes nothing', async () => {
  const cwd = tinyFleet('sw-web-tabs', FLEET);
  const { port } = await new ServedCli(['--port', '0'], { cwd }).address();
  const { page: one, openTab } = await browser.visit(port);
  const [other, third] = [await openTab(), await openTab()];
  await Promise.all([one, other, third].map((page) => page.getByText('No run yet').waitFor()));
  await Promise.all([one, other].map(noteStatuses));
  const run = rebuild(cwd);
  await third.locator(rowOf('pie', 'running')).waitFor();
  await third.close();
  const { code, text } = await run.ended;
  expect(code, text).toBe(1);
  for (const page of [one, other]) {
    await untilEvents(page, journalLines(cwd));
    for (const service of ['bread', 'cake', 'pie']) await page.locator(rowOf(service, 'completed')).waitFor();
    await page.locator(rowOf('soup', 'failed')).waitFor();
    await page.locator('#connection', { hasText: 'connected' }).waitFor();
    const seen = await seenStatuses(page);
    expect(seen.pie).toEqual(expect.arrayContaining(['running', 'completed']));
    expect(seen.soup).toEqual(expect.arrayContaining(['running', 'failed']));
  }
  await one.locator(rowOf('bread')).click();
  await one.locator('.containers', { hasText: 'running, healthy' }).waitFor();
  await one.locator('figure', { hasText: /^Memory \d/ }).waitFor();
  await one.locator('section[aria-label=Health]', { hasText: 'healthy' }).waitFor();
  await one.locator('.log-line', { hasText: 'echo bread' }).waitFor();
});

test('a server that is killed in mid-run costs the run nothing, and the page goes on where it was with the next one', async () => {
  const cwd = tinyFleet('sw-web-killed', FLEET);
  const server = new ServedCli(['--port', '0'], { cwd });
  const { port } = await server.address();
  const { page } = await browser.visit(port, { tolerate: SERVER_AWAY });
  const run = rebuild(cwd);
  await page.locator(rowOf('pie', 'running')).waitFor();
  await noteStatuses(page);
  server.signal('SIGKILL');
  await server.ended;
  await untilConnection(page, 'waiting');
  const before = await eventCount(page);
  expect(before).toBeGreaterThan(0);
  await run.until('something that the page cannot know yet', (event) => event.seq > before + 1);
  await new ServedCli(['--port', String(port)], { cwd }).address();
  await untilConnection(page, 'live');
  const { code, text } = await run.ended;
  expect(code, text).toBe(1);
  await untilEvents(page, journalLines(cwd));
  await page.locator(rowOf('cake', 'completed')).waitFor();
  expect((await seenStatuses(page)).cake?.at(-1), 'it is still the same document').toBe('completed');
});
