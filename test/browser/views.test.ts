import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { seriousFaults } from '../support/axe.ts';
import { goTo, untilEvents, useBrowser } from '../support/browser.ts';
import type { WrittenRun } from '../support/journal-writer.ts';
import { liveRun } from '../support/live-run.ts';
import { ServedCli } from '../support/served-cli.ts';

const browser = useBrowser();

/** Each view and dialog of the page: how to come there, and what stands there when it is complete. */
const VIEWS: readonly { readonly name: string; readonly open: (page: Page, run: WrittenRun) => Promise<void> }[] = [
  { name: 'services', open: (page) => opened(page, '#/', '[role=row][data-status=running]') },
  { name: 'timeline', open: (page) => opened(page, '#/timeline', '.bar-build') },
  { name: 'graph', open: (page) => opened(page, '#/graph', '[data-node][data-status=running]') },
  { name: 'history', open: (page) => opened(page, '#/history', 'tr[data-run]') },
  { name: 'a service', open: (page, run) => opened(page, `#/service/${run.services[0]!.service}`, '.log-line') },
  { name: 'a failed service', open: (page, run) => opened(page, `#/service/${run.services[5]!.service}`, '.failure') },
  { name: 'a question', open: (page) => asked(page, '[data-action=cancel]') },
  { name: 'help', open: (page) => asked(page, '[aria-label=Help]') },
];

async function opened(page: Page, hash: string, there: string): Promise<void> {
  await goTo(page, hash);
  await page.locator(there).first().waitFor();
}

async function asked(page: Page, button: string): Promise<void> {
  await page.locator(button).click();
  await page.locator('dialog[open]').waitFor();
}

async function closeDialog(page: Page): Promise<void> {
  if ((await page.locator('dialog[open]').count()) === 0) return;
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
}

async function liveFleet(): Promise<{ readonly run: WrittenRun; readonly port: number }> {
  const run = await liveRun(40, 420);
  run.log(run.services[0]!.service, '#1 [1/2] FROM busybox\n\u001b[32mdone\u001b[0m and \u001b[2mdim\u001b[0m\n');
  const { port } = await new ServedCli(['--port', '0'], { cwd: run.root }).address();
  return { run, port };
}

test.each(['light', 'dark'] as const)('axe finds nothing serious in any view, in %s colours', async (colorScheme) => {
  const { run, port } = await liveFleet();
  const { page } = await browser.visit(port, { colorScheme });
  await untilEvents(page, run.lastSeq);
  expect(await page.locator('html').getAttribute('data-theme')).toBe(colorScheme);
  const faults: Record<string, readonly string[]> = {};
  for (const { name, open } of VIEWS) {
    await open(page, run);
    faults[name] = await seriousFaults(page);
    await closeDialog(page);
  }
  expect(faults).toEqual(Object.fromEntries(VIEWS.map(({ name }) => [name, []])));
});

test('on a phone nothing has to be scrolled sideways to be read', async () => {
  const { run, port } = await liveFleet();
  const { page } = await browser.visit(port, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await untilEvents(page, run.lastSeq);
  const widths: Record<string, number> = {};
  for (const { name, open } of VIEWS) {
    await open(page, run);
    widths[name] = await page.evaluate<number>('Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)');
    await closeDialog(page);
  }
  expect(widths).toEqual(Object.fromEntries(VIEWS.map(({ name }) => [name, 360])));
});

test('all that the page asks for comes from its own server', async () => {
  const { run, port } = await liveFleet();
  const { page, complaints } = await browser.visit(port);
  for (const { open } of VIEWS) {
    await open(page, run);
    await closeDialog(page);
  }
  const { asked } = complaints;
  expect(asked.map((url) => new URL(url).pathname)).toEqual(
    expect.arrayContaining(['/', '/assets/app.js', '/assets/app.css', '/api/session', '/api/stream', '/api/runs']),
  );
  expect(asked.filter((url) => !url.startsWith(`http://127.0.0.1:${port}/`))).toEqual([]);
});
