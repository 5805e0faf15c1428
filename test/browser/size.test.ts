import { expect, test } from 'vitest';
import { goTo, rowOf, untilEvents, useBrowser } from '../support/browser.ts';
import { liveRun } from '../support/live-run.ts';
import { ServedCli } from '../support/served-cli.ts';

const browser = useBrowser();

test('five hundred services are there, and only those in sight are drawn', async () => {
  const run = await liveRun(500, 4000);
  const { port } = await new ServedCli(['--port', '0'], { cwd: run.root }).address();
  const { page } = await browser.visit(port);
  await untilEvents(page, run.lastSeq);
  await page.locator('[role=status]', { hasText: '500 services' }).waitFor();
  const last = run.services.at(-1)!.service;
  expect(await page.locator('[role=row][data-service]').count()).toBeLessThan(80);
  await page.locator('.grid').evaluate((grid) => grid.scrollTo(0, grid.scrollHeight));
  await page.locator(rowOf(last)).waitFor();
  expect(await page.locator('[role=row][data-service]').count()).toBeLessThan(80);
  await page.locator('#filter').fill(last);
  await page.locator(rowOf(last)).click();
  await page.getByRole('heading', { name: last, exact: true }).waitFor();
  await goTo(page, '#/timeline');
  await page.locator('.bar-build').first().waitFor();
  expect(await page.locator('.timeline-line').count()).toBeLessThan(80);
  await goTo(page, '#/graph');
  await page.locator(`[data-node="${last}"]`).waitFor();
});

test('on a phone a service is opened by a touch, and what can be done is in reach', async () => {
  const run = await liveRun(40, 420);
  const { port } = await new ServedCli(['--port', '0'], { cwd: run.root }).address();
  const { page } = await browser.visit(port, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  const [first] = run.services.map(({ service }) => service);
  await page.locator(rowOf(first!)).tap();
  await page.getByRole('heading', { name: first!, exact: true }).waitFor();
  await page.getByRole('link', { name: 'All services' }).tap();
  await page.locator('[data-action=pause]').tap();
  await page.locator('dialog[open]').waitFor();
  const box = (await page.locator('[data-confirm]').boundingBox())!;
  expect([box.x >= 0, box.x + box.width <= 360, box.y + box.height <= 740]).toEqual([true, true, true]);
});
