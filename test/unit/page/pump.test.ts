import { expect, test } from 'vitest';
import { createPump } from '../../../src/page/state/pump.ts';

/** A browser whose frames and timers the test lets come. */
function handBrowser() {
  let nowMs = 0;
  let frames: (() => void)[] = [];
  let timers: { readonly atMs: number; readonly run: () => void }[] = [];
  return {
    needs: {
      nowMs: () => nowMs,
      onFrame: (run: () => void) => void frames.push(run),
      later: (run: () => void, ms: number) => void timers.push({ atMs: nowMs + ms, run }),
    },
    /** A frame each 20 ms. */
    run(ms: number, each: () => void = () => {}) {
      for (const endMs = nowMs + ms; nowMs < endMs; ) {
        nowMs += 20;
        each();
        const due = timers.filter(({ atMs }) => atMs <= nowMs);
        timers = timers.filter(({ atMs }) => atMs > nowMs);
        for (const timer of due) timer.run();
        for (const frame of frames.splice(0)) frame();
      }
      frames = [];
    },
  };
}

test('a change is shown in the next frame', () => {
  const browser = handBrowser();
  let shown = 0;
  const { changed } = createPump(() => {
    shown += 1;
  }, browser.needs);
  changed();
  browser.run(20);
  expect(shown).toBe(1);
});

test('however many changes come, it is shown at most ten times a second, and the last one too', () => {
  const browser = handBrowser();
  let state = 0;
  const shown: number[] = [];
  const { changed } = createPump(() => void shown.push(state), browser.needs);
  browser.run(1000, () => {
    for (let i = 0; i < 5; i += 1) {
      state += 1;
      changed();
    }
  });
  expect(shown.length).toBeGreaterThan(7);
  expect(shown.length).toBeLessThanOrEqual(10);
  browser.run(200);
  expect(shown.at(-1)).toBe(state);
});

test('without a change nothing is drawn', () => {
  const browser = handBrowser();
  let shown = 0;
  const { changed } = createPump(() => {
    shown += 1;
  }, browser.needs);
  changed();
  browser.run(1000);
  expect(shown).toBe(1);
});
