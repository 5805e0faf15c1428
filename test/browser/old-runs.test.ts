import { expect, test } from 'vitest';
import { eventCount, goTo, rowOf, untilConnection, untilEvents, useBrowser } from '../support/browser.ts';
import { folderWith } from '../support/folder.ts';
import { madeUpFleet, WrittenRun } from '../support/journal-writer.ts';
import { storyOf } from '../support/made-up-story.ts';
import { ServedCli } from '../support/served-cli.ts';

const browser = useBrowser();

test('without any run each view says so, and the first run appears by itself', async () => {
  const root = folderWith({
    'slipway.yaml': 'phase: phase1\nfleet:\n  projects:\n    - name: sw-made-up\n      files: [compose.yaml]\n',
    'compose.yaml': 'services:\n  none:\n    image: scratch\n',
  });
  const { port } = await new ServedCli(['--port', '0'], { cwd: root }).address();
  const { page } = await browser.visit(port);
  await untilConnection(page, 'live');
  for (const hash of ['#/', '#/timeline', '#/graph', '#/history', '#/service/nobody']) {
    await goTo(page, hash);
    await page.getByText(/^No run yet\.?$/).waitFor();
  }
  expect(await eventCount(page)).toBe(0);
  expect(await page.locator('[data-action]').count()).toBe(0);
  await goTo(page, '#/');
  const run = new WrittenRun(root, madeUpFleet(3), Date.now());
  // Nobody executes it: what it has not done is left to a resume.
  for (const { service } of run.services) await page.locator(rowOf(service, 'pending')).waitFor();
});

test('a run of long ago is shown whole in each view, with nothing to ask of it but to go back', async () => {
  const old = oldRun(folderWith(), '2026-01-05T10:00:00.000Z', 30);
  const { port } = await new ServedCli(['--port', '0'], { cwd: old.root }).address();
  const { page } = await browser.visit(port);
  await untilEvents(page, old.lastSeq);
  const [first, , , , , failed] = old.services.map(({ service }) => service);
  await page.locator(rowOf(first!, 'completed')).waitFor();
  await page.locator(rowOf(failed!, 'failed')).waitFor();
  expect(await page.locator('[data-action]').evaluateAll((all) => all.map((one) => one.getAttribute('data-action')))).toEqual([
    'rollback',
  ]);
  await goTo(page, '#/timeline');
  await page.locator('.timeline-line', { hasText: first! }).locator('.bar-build').waitFor();
  await goTo(page, '#/graph');
  await page.locator(`[data-node="${failed}"][data-status="failed"]`).waitFor();
  await goTo(page, `#/service/${failed}`);
  await page.getByRole('heading', { name: failed!, exact: true }).waitFor();
  await page.getByText('E   assert 41 == 42').waitFor();
  await goTo(page, '#/history');
  await page.locator(`tr[data-run="${old.run}"]`, { hasText: 'failed' }).waitFor();
});

test('a run that is brought to an end says so, and one that was cut off is called interrupted, in the title of the tab too', async () => {
  const run = new WrittenRun(folderWith(), madeUpFleet(3), Date.now() - 60_000);
  await run.hold();
  const { port } = await new ServedCli(['--port', '0'], { cwd: run.root }).address();
  const { page } = await browser.visit(port);
  const headline = page.locator('.headline');
  await headline.getByText('running', { exact: true }).waitFor();
  run.append([{ type: 'control-received', action: 'cancel', by: 'ops' }], Date.now());
  await headline.getByText('stopping', { exact: true }).waitFor();
  expect(await page.locator('[data-action=pause]').count()).toBe(0);
  run.release();
  await headline.getByText('interrupted', { exact: true }).waitFor();
  expect(await page.title()).toContain('interrupted');
});

test('the history leads to each run; the address of a run keeps to it, the other follows the newest', async () => {
  const root = folderWith();
  const older = oldRun(root, '2026-01-05T10:00:00.000Z', 4);
  const newer = oldRun(root, '2026-01-06T10:00:00.000Z', 8);
  const { port } = await new ServedCli(['--port', '0'], { cwd: root }).address();
  const { page } = await browser.visit(port, { hash: '#/history' });
  await page.getByRole('link', { name: older.run }).click();
  await untilEvents(page, older.lastSeq);
  expect(await page.locator('[role=row][data-service]').count()).toBe(4);
  expect(page.url()).toContain(`?run=${older.run}`);
  await page.getByRole('link', { name: 'History' }).click();
  await page.getByRole('link', { name: newer.run }).click();
  await untilEvents(page, newer.lastSeq);
  const newest = oldRun(root, '2026-01-07T10:00:00.000Z', 12);
  await untilEvents(page, newest.lastSeq);
  await page.goBack();
  await page.goBack();
  await untilEvents(page, older.lastSeq);
});

function oldRun(root: string, began: string, count: number): WrittenRun {
  const run = new WrittenRun(root, madeUpFleet(count), Date.parse(began));
  const story = [...storyOf(run.services, 6)];
  run.append(story, Date.parse(began), 200);
  run.append([{ type: 'run-finished', outcome: 'failed', exitCode: 1, why: 'tests failed' }], Date.parse(began) + 600_000);
  return run;
}
