import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBrowser } from '../../scripts/setup/test-tools.mjs';
import { renderHtml } from '../../src/report/document/html.ts';
import { folderWith } from '../support/folder.ts';
import { REPORT_RUNS, type ReportRun, reportOfRun } from '../support/report-runs.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findBrowser() ?? '', args: ['--no-sandbox'] });
});
afterAll(() => browser.close());

/** The report in a page of its own, and what the page asked for and complained of. */
async function opened(run: ReportRun, options: { readonly colorScheme: 'light' | 'dark'; readonly width?: number }) {
  const path = join(folderWith({ 'report.html': renderHtml(reportOfRun(run)) }), 'report.html');
  const page = await browser.newPage({
    colorScheme: options.colorScheme,
    viewport: { width: options.width ?? 1280, height: 900 },
  });
  const heard: string[] = [];
  page.on('console', (message) => heard.push(message.text()));
  page.on('pageerror', (error) => heard.push(String(error)));
  page.on('request', (request) => heard.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  return { page, heard, address: pathToFileURL(path).href };
}

const background = 'getComputedStyle(document.body).backgroundColor';

describe('the HTML report in a browser', () => {
  test.each(Object.keys(REPORT_RUNS) as ReportRun[])('asks for nothing and complains of nothing: %s', async (run) => {
    const { page, heard, address } = await opened(run, { colorScheme: 'light' });
    expect(heard).toEqual([address]);
    await page.close();
  });

  test('shows a script in a log as text', async () => {
    const { page } = await opened('failed', { colorScheme: 'light' });
    expect(await page.locator('script').count()).toBe(0);
    expect(await page.locator('pre').first().textContent()).toContain('</pre><script>alert(1)</script>');
    await page.close();
  });

  test.each(['light', 'dark'] as const)('can be read by everybody: %s', async (colorScheme) => {
    const { page } = await opened('failed', { colorScheme });
    expect(await page.evaluate(background)).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(15, 19, 24)');
    await page.evaluate(AXE);
    const violations: string[] = await page.evaluate(
      "axe.run().then(({ violations }) => violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).join(' ')))",
    );
    expect(violations).toEqual([]);
    await page.close();
  });

  test('fits a phone, and is light on paper whatever the screen is', async () => {
    const { page } = await opened('failed', { colorScheme: 'dark', width: 360 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate(background)).toBe('rgb(255, 255, 255)');
    await page.close();
  });
});
