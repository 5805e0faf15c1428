import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { goTo, rowOf, untilEvents, useBrowser } from '../support/browser.ts';
import { liveRun } from '../support/live-run.ts';
import { ServedCli } from '../support/served-cli.ts';

const browser = useBrowser();

/** A page with the services of a run that is over or under way; no mouse is used on it. */
async function shown({ live }: { readonly live: boolean }) {
  const run = await liveRun(40, 420);
  if (!live) run.release();
  run.log(run.services[0]!.service, 'a line\n');
  const { port } = await new ServedCli(['--port', '0'], { cwd: run.root }).address();
  const { page } = await browser.visit(port);
  await untilEvents(page, run.lastSeq);
  return { page, services: run.services.map(({ service }) => service) };
}

/** Where the focus is: what it is called, whether it can be seen, and whether something shows that it is there. */
interface Focus {
  readonly name: string;
  readonly isBody: boolean;
  readonly inDialog: boolean;
  readonly isVisible: boolean;
  readonly isMarked: boolean;
}

function focusOf(page: Page): Promise<Focus> {
  return page.evaluate<Focus>(`(() => {
    const e = document.activeElement;
    const style = getComputedStyle(e);
    // A node of the drawing has its border marked.
    const border = e.querySelector(':scope > rect');
    const box = e.getBoundingClientRect();
    return {
      name: (e.id && '#' + e.id) || e.dataset.service || e.dataset.node || e.getAttribute('aria-label') || e.textContent.trim().slice(0, 40),
      isBody: e === document.body,
      inDialog: e.closest('dialog') !== null,
      isVisible: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
      isMarked: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none' || (border !== null && parseFloat(getComputedStyle(border).strokeWidth) >= 3),
    };
  })()`);
}

/** All that the tab key leads to, once round. */
async function tabStops(page: Page): Promise<readonly Focus[]> {
  const stops: Focus[] = [];
  for (let presses = 0; presses < 300; presses += 1) {
    await page.keyboard.press('Tab');
    const focus = await focusOf(page);
    if (focus.isBody || (stops.length > 1 && focus.name === stops[0]!.name)) return stops;
    stops.push(focus);
  }
  throw new Error(`the focus never comes round: ${stops.slice(-5).map(({ name }) => name)}`);
}

/** Presses the tab key until the focus is there. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 100; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focusOf(page)).name === name) return;
  }
  throw new Error(`the tab key does not lead to ${name}`);
}

test('the tab key goes round each view, and one sees where it is', async () => {
  const { page, services } = await shown({ live: true });
  for (const hash of ['#/', '#/timeline', '#/graph', '#/history', `#/service/${services[0]}`]) {
    await goTo(page, hash);
    await page.locator('main > *').first().waitFor();
    await page.evaluate('document.activeElement.blur()');
    const stops = await tabStops(page);
    expect(stops.length, hash).toBeGreaterThan(10);
    expect(
      stops.filter(({ isVisible, isMarked }) => !isVisible || !isMarked),
      hash,
    ).toEqual([]);
  }
});

test('services are filtered, gone through and opened by keys', async () => {
  const { page, services } = await shown({ live: true });
  await page.keyboard.press('/');
  await page.locator('#filter:focus').waitFor();
  await page.keyboard.type('-api');
  await page.locator('[role=status]', { hasText: '10 of 40 services' }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('[role=status]', { hasText: /^40 services$/ }).waitFor();

  await tabTo(page, services[0]!);
  for (const next of services.slice(1, 3)) {
    await page.keyboard.press('ArrowDown');
    await page.locator(`${rowOf(next)}:focus`).waitFor();
  }
  await page.keyboard.press('End');
  await page.locator(`${rowOf(services.at(-1)!)}:focus`).waitFor();
  expect(await focusOf(page)).toMatchObject({ isVisible: true, isMarked: true });
  await page.keyboard.press('Home');
  await page.locator(`${rowOf(services[0]!)}:focus`).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: services[0]!, exact: true }).waitFor();
  expect(page.url()).toMatch(new RegExp(`#/service/${services[0]}$`));
});

test('views are changed and help is shown by keys; Escape brings one back to where one was', async () => {
  const { page } = await shown({ live: true });
  const views = ['#/', '#/timeline', '#/graph', '#/history'];
  for (const hash of [...views.slice(1), views[0]]) {
    await page.keyboard.press(String(views.indexOf(hash!) + 1));
    await page.waitForURL((url) => url.hash === hash);
  }
  await page.locator('#filter').waitFor();
  await tabTo(page, '#filter');
  await page.keyboard.press('Shift+Tab');
  const before = await focusOf(page);
  await page.keyboard.press('?');
  await page.locator('dialog[open]', { hasText: 'Keys' }).waitFor();
  expect((await focusOf(page)).inDialog).toBe(true);
  await page.keyboard.press('2');
  expect(page.url(), 'keys of the page rest under a dialog').not.toContain('timeline');
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  expect(await focusOf(page)).toEqual(before);
});

test('an action is asked for, answered and left by keys', async () => {
  const { page } = await shown({ live: false });
  await tabTo(page, 'Roll back run…');
  await page.keyboard.press('Enter');
  await page.locator('dialog[open]').waitFor();
  const stops = new Set<string>();
  for (let presses = 0; presses < 6; presses += 1) {
    const focus = await focusOf(page);
    // Between the last and the first of its parts the focus is with the browser, never with what lies under the dialog.
    if (!focus.isBody) expect(focus).toMatchObject({ inDialog: true, isMarked: true });
    stops.add(focus.name);
    await page.keyboard.press('Tab');
  }
  expect([...stops]).toEqual(expect.arrayContaining(['#token', 'Leave it', 'Roll back the run']));
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  expect((await focusOf(page)).name).toBe('Roll back run…');
});

test('the first thing is a way past the top of the page', async () => {
  const { page } = await shown({ live: true });
  await page.keyboard.press('Tab');
  expect(await focusOf(page)).toMatchObject({ name: 'Skip to the content', isVisible: true });
  await page.keyboard.press('Enter');
  expect((await focusOf(page)).name).toBe('#main');
  await page.keyboard.press('Tab');
  expect((await focusOf(page)).name).toBe('#filter');
});
