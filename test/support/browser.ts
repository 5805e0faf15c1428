import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { findBrowser } from '../../scripts/setup/test-tools.mjs';
import { ComplaintBook } from './complaint-book.ts';

/** Chromium as the only program on the machine that asks for nothing by itself. */
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How long a page may take to show what it should, milliseconds. */
const SHOWN_WITHIN_MS = 30_000;

/** How a page is opened; a desktop screen unless said otherwise. */
interface VisitOptions extends Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'hasTouch' | 'isMobile'> {
  /** What goes into the session's token, as if the address had brought it. */
  readonly token?: string;
  /** The hash that is gone to; the services without one. */
  readonly hash?: string;
  /** Complaints of the browser that belong to the test. */
  readonly tolerate?: readonly RegExp[];
}

/** A tab that shows what `slipway serve` serves, with everything that the browser found wrong with it. */
interface Visit {
  readonly page: Page;
  readonly complaints: ComplaintBook;
  /** Another tab beside it, in the same profile. */
  openTab(): Promise<Page>;
}

/** A Chromium, and what can be done with it. */
export interface TestBrowser {
  /** Opens what `slipway serve` serves at this port; the test fails when the browser has anything to complain about at its end. */
  visit(port: number, options?: VisitOptions): Promise<Visit>;
  /** A tab with any page, in a profile of its own; nobody listens to its complaints. */
  open(url: string): Promise<Page>;
}

/** A Chromium for all tests of a file. */
export function useBrowser(): TestBrowser {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: findBrowser()!, args: FLAGS });
  });
  afterAll(() => browser.close());
  return { visit: (port, options) => visit(browser, port, options), open: (url) => open(browser, url) };
}

async function open(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function visit(browser: Browser, port: number, options: VisitOptions = {}): Promise<Visit> {
  const { token, hash = '#/', tolerate = [], ...screen } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...screen });
  context.setDefaultTimeout(SHOWN_WITHIN_MS);
  const origin = `http://127.0.0.1:${port}`;
  const complaints = await ComplaintBook.of(context, { origin, tolerate });
  onTestFinished(async () => {
    const found = complaints.found();
    await context.close();
    expect(found, 'what the browser complained about').toEqual([]);
  });
  const openTab = async () => {
    const page = await context.newPage();
    await page.goto(token === undefined ? `${origin}/${hash}` : `${origin}/#token=${token}`);
    if (token !== undefined && hash !== '#/') await goTo(page, hash);
    return page;
  };
  return { page: await openTab(), complaints, openTab };
}

/** Goes to another view as a link of the page does. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
}

/** The number of events that the page says it has taken in. */
export async function eventCount(page: Page): Promise<number> {
  return Number(await page.locator('#event-count').textContent());
}

/** Waits until the page has taken in so many events. */
export async function untilEvents(page: Page, count: number): Promise<void> {
  await page.locator('#event-count').getByText(String(count), { exact: true }).waitFor();
}

/** The selector of a service's row, in a status if one is named. */
export function rowOf(service: string, status?: string): string {
  return `[role=row][data-service="${service}"]${status === undefined ? '' : `[data-status="${status}"]`}`;
}

/** Waits until the page stands in connection with its server, or does not. */
export async function untilConnection(page: Page, state: 'live' | 'waiting'): Promise<void> {
  await page.locator(`#connection[data-state="${state}"]`).waitFor();
}
