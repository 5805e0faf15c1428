import { expect, test } from 'vitest';
import { checkBrowser, checkPromtool, findBrowser } from '../../scripts/setup/test-tools.mjs';

test('the browser of this machine starts, and promtool too', async () => {
  expect(await checkBrowser()).toBeNull();
  expect(await checkPromtool()).toBeNull();
});

test('a browser that is named counts before the usual ones, but not when it is not there', () => {
  expect(findBrowser({ SLIPWAY_CHROMIUM: process.execPath })).toBe(process.execPath);
  expect(findBrowser({ SLIPWAY_CHROMIUM: '/no/such/browser' })).toBe(findBrowser({}));
});
