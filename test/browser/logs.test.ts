import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { goTo, untilEvents, useBrowser } from '../support/browser.ts';
import { liveRun } from '../support/live-run.ts';
import { settled } from '../support/run-state.ts';
import { ServedCli } from '../support/served-cli.ts';

const browser = useBrowser();

/** Things that run, load or stand out where they are taken for markup; one a line. */
const HOSTILE = [
  '<script>window.ran = "script"</script>',
  '<img src=x onerror="window.ran = 1"><svg onload="window.ran = 2"></svg>',
  '</span></div></section></main><h1>taken over</h1>',
  '<a href="javascript:window.ran = 3">here</a> &lt;b&gt; &amp;',
];

/** Nothing of it ran, and nothing of it became part of the document. */
async function isOnlyText(page: Page): Promise<void> {
  expect(await page.evaluate('window.ran ?? "nothing ran"')).toBe('nothing ran');
  expect(
    await page.locator('body script, body img[src=x], body svg[onload], a[href^=javascript], h1:has-text("taken over")').count(),
  ).toBe(0);
}

test('what a log holds is shown as text, and nothing of it runs', async () => {
  const run = await liveRun(6, 40);
  const { service } = run.services[0]!;
  run.log(service, `${HOSTILE.join('\n')}\n`);
  const { port } = await new ServedCli(['--port', '0'], { cwd: run.root }).address();
  const { page } = await browser.visit(port, { hash: `#/service/${service}` });
  for (const line of HOSTILE) await page.locator('.log-line').getByText(line, { exact: true }).waitFor();
  await isOnlyText(page);
  // Also as it is searched, and as more of it arrives.
  run.log(service, `once more ${HOSTILE[0]}\n`);
  await page.locator('.log-line', { hasText: 'once more <script>' }).waitFor();
  await page.getByLabel('Search in the log').fill('<script>');
  await page.getByText('1 of 2', { exact: true }).waitFor();
  await isOnlyText(page);
});

test('colours of a log are shown, and what else would steer a terminal is not', async () => {
  const run = await liveRun(6, 40);
  const { service } = run.services[0]!;
  run.log(
    service,
    '\u001b[31;1mred\u001b[0m plain \u001b]0;title\u0007\u001b[2J\u001b[10;10Hmoved \u202egnp.exe\n10%\r100%\nbell\u0007\n',
  );
  const { port } = await new ServedCli(['--port', '0'], { cwd: run.root }).address();
  const { page } = await browser.visit(port, { hash: `#/service/${service}` });
  const lines = page.locator('.log-line');
  await lines.getByText('red', { exact: true }).waitFor();
  expect(await lines.getByText('red', { exact: true }).getAttribute('class')).toBe('ansi-1 ansi-bold');
  expect(await lines.allTextContents()).toEqual(['1red plain moved ·gnp.exe', '2100%', '3bell·']);
});

test('what a build, a test or a health check said is text in every view', async () => {
  const run = await liveRun(6, 0);
  const [building, testing, judged, failed] = run.services.map(({ service }) => service) as [string, string, string, string];
  const [bad] = HOSTILE as [string];
  const step = (service: string, kind: 'build' | 'test') => ({ service, step: `${service}:${kind}`, attempt: 1 });
  const fingerprint = { inputs: null, unknown: null, config: '', bases: [] };
  const failure = { code: 'test-failed', exitCode: 1, lastLogLines: HOSTILE } as const;
  run.append(
    [
      { type: 'step-intent', ...step(building, 'build'), intent: { kind: 'build', candidate: 'x', fingerprint } },
      { type: 'step-progress', ...step(building, 'build'), progress: { kind: 'build', step: 1, of: 2, cached: 0, name: bad } },
      { type: 'step-intent', ...step(testing, 'test'), intent: { kind: 'test', image: 'sha256:1', command: [bad] } },
      { type: 'step-progress', ...step(testing, 'test'), progress: { kind: 'test', line: bad } },
      { type: 'health-sample', service: judged, container: 'a'.repeat(64), good: false, text: bad },
      settled(failed, { status: 'failed', failure }),
    ],
    Date.now(),
  );
  const { port } = await new ServedCli(['--port', '0'], { cwd: run.root }).address();
  const { page } = await browser.visit(port);
  await untilEvents(page, run.lastSeq);
  for (const service of [building, testing]) await page.locator(`[data-service="${service}"]`, { hasText: bad }).waitFor();
  await isOnlyText(page);
  for (const service of [building, judged, failed]) {
    await goTo(page, `#/service/${service}`);
    await page.locator('main').getByText(bad).first().waitFor();
    await isOnlyText(page);
  }
  for (const hash of ['#/timeline', '#/graph', '#/history']) {
    await goTo(page, hash);
    await page.locator('main > *').first().waitFor();
    await isOnlyText(page);
  }
});

test('an address that names a service with markup is only text too', async () => {
  const run = await liveRun(3, 10);
  const { port } = await new ServedCli(['--port', '0'], { cwd: run.root }).address();
  const { page } = await browser.visit(port, { hash: `#/service/${encodeURIComponent(HOSTILE[1]!)}` });
  await page.getByText(`This run has nothing to do with a service ${HOSTILE[1]}.`).waitFor();
  await isOnlyText(page);
});
