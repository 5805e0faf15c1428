import { expect, test } from 'vitest';
import { rowOf, untilEvents, useBrowser } from '../support/browser.ts';
import { REFUSED } from '../support/complaint-book.ts';
import { liveRun } from '../support/live-run.ts';
import { ServedCli } from '../support/served-cli.ts';
import { ask } from '../support/served-phase.ts';

const browser = useBrowser();

test('the token of the address is kept for its tab only, and stands in no address and no request line', async () => {
  const run = await liveRun(3, 10);
  const { port, token } = await new ServedCli(['--port', '0'], { cwd: run.root }).address();
  const { page, complaints } = await browser.visit(port, { token });
  await untilEvents(page, run.lastSeq);
  expect(page.url()).toBe(`http://127.0.0.1:${port}/#/`);
  expect(await page.evaluate('[history.length, document.cookie, localStorage.length]')).toEqual([2, '', 0]);
  await page.reload();
  await untilEvents(page, run.lastSeq);
  await page.locator('[data-action=pause]').click();
  expect(await page.locator('#token').inputValue()).toBe(token);
  expect(complaints.asked.filter((url) => new URL(url).search.includes(token))).toEqual([]);
  const other = await page.context().newPage();
  await other.goto(`http://127.0.0.1:${port}/`);
  await untilEvents(other, run.lastSeq);
  await other.locator('[data-action=pause]').click();
  expect(await other.locator('#token').inputValue()).toBe('');
});

test('a server that others can reach shows nothing without its token', async () => {
  const run = await liveRun(3, 10);
  const { port, token } = await new ServedCli(['--port', '0', '--host', '0.0.0.0'], { cwd: run.root }).address();
  expect((await ask({ port, path: '/api/runs' })).status).toBe(401);
  const { page } = await browser.visit(port, { tolerate: REFUSED });
  await page.getByRole('heading', { name: 'This server wants a token' }).waitFor();
  expect(await page.locator('body').textContent()).not.toContain(run.services[0]!.service);
  await page.locator('#token').fill('not the token of this server');
  await page.keyboard.press('Enter');
  await page.getByText('It does not take the present one.').waitFor();
  await page.locator('#token').fill(token);
  await page.keyboard.press('Enter');
  await page.locator(rowOf(run.services[0]!.service)).waitFor();
  await untilEvents(page, run.lastSeq);
});
