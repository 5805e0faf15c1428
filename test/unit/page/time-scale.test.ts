import { describe, expect, test } from 'vitest';
import { moved, placed, ticksOf, zoomed } from '../../../src/page/state/time-scale.ts';

const WHOLE = { fromMs: 1000, toMs: 101_000 };

describe('ticks', () => {
  test('are round, counted from the beginning of the run', () => {
    expect(ticksOf(WHOLE, 1000, 10)).toEqual([1, 11, 21, 31, 41, 51, 61, 71, 81, 91, 101].map((s) => s * 1000));
  });

  test('begin in the middle when that is what is shown', () => {
    expect(ticksOf({ fromMs: 13_500, toMs: 16_500 }, 1000, 4)).toEqual([14_000, 15_000, 16_000]);
  });

  test('are few, however long it takes', () => {
    for (const hours of [0.001, 0.1, 1, 5, 30, 300])
      expect(ticksOf({ fromMs: 0, toMs: hours * 3_600_000 }, 0, 10).length).toBeLessThanOrEqual(14);
  });
});

describe('zoom', () => {
  test('keeps the instant under the pointer where it is', () => {
    const span = zoomed(WHOLE, { factor: 0.5, aroundMs: 26_000 }, WHOLE);
    expect(span).toEqual({ fromMs: 13_500, toMs: 63_500 });
  });

  test('stays within the run', () => {
    expect(zoomed({ fromMs: 1000, toMs: 11_000 }, { factor: 2, aroundMs: 11_000 }, WHOLE)).toEqual({
      fromMs: 1000,
      toMs: 21_000,
    });
  });

  test('ends at one second', () => {
    const span = zoomed({ fromMs: 50_000, toMs: 51_500 }, { factor: 0.1, aroundMs: 50_000 }, WHOLE)!;
    expect(span.toMs - span.fromMs).toBe(1000);
  });

  test('out of everything is everything', () => {
    expect(zoomed({ fromMs: 1000, toMs: 90_000 }, { factor: 2, aroundMs: 50_000 }, WHOLE)).toBeNull();
  });
});

test('moving stops at both ends', () => {
  const span = { fromMs: 41_000, toMs: 61_000 };
  expect(moved(span, 0.5, WHOLE)).toEqual({ fromMs: 51_000, toMs: 71_000 });
  expect(moved(span, 9, WHOLE)).toEqual({ fromMs: 81_000, toMs: 101_000 });
  expect(moved(span, -9, WHOLE)).toEqual({ fromMs: 1000, toMs: 21_000 });
});

test('bars are placed in hundredths, cut at the edges, and left out beyond them', () => {
  const span = { fromMs: 0, toMs: 1000 };
  expect(placed({ startMs: 250, endMs: 750 }, span)).toEqual({ left: 25, width: 50 });
  expect(placed({ startMs: -500, endMs: 100 }, span)).toEqual({ left: 0, width: 10 });
  expect(placed({ startMs: 900, endMs: 5000 }, span)).toEqual({ left: 90, width: 10 });
  expect(placed({ startMs: 1001, endMs: 1200 }, span)).toBeNull();
});
