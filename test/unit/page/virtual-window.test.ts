import { describe, expect, test } from 'vitest';
import { rowForKey, rowsInSight } from '../../../src/page/parts/virtual-window.ts';

describe('which rows are drawn', () => {
  const list = { count: 1000, rowHeight: 30, viewHeight: 600 };

  test.each([
    ['at the top', 0, { from: 0, to: 26 }],
    ['in the middle', 15_000, { from: 494, to: 526 }],
    ['at the end', 29_400, { from: 974, to: 1000 }],
    ['beyond the end, when the list has just become shorter', 90_000, { from: 1000, to: 1000 }],
    ['while the list begins further down on the page', -400, { from: 0, to: 13 }],
    ['while it is below what is in sight', -2000, { from: 0, to: 0 }],
  ])('%s', (_, hiddenAbove, rows) => {
    expect(rowsInSight({ ...list, hiddenAbove })).toEqual(rows);
  });

  test('all of a short list', () => {
    expect(rowsInSight({ ...list, count: 3, hiddenAbove: 0 })).toEqual({ from: 0, to: 3 });
  });

  test('none of an empty one', () => {
    expect(rowsInSight({ ...list, count: 0, hiddenAbove: 0 })).toEqual({ from: 0, to: 0 });
  });

  test('never more than fit and a few, wherever one scrolls to', () => {
    for (let hiddenAbove = -700; hiddenAbove < 31_000; hiddenAbove += 7) {
      const { from, to } = rowsInSight({ ...list, hiddenAbove });
      expect(to - from).toBeLessThanOrEqual(20 + 1 + 12);
      expect(to).toBeGreaterThanOrEqual(from);
    }
  });
});

describe('where a key leads', () => {
  test.each([
    ['ArrowDown', 4, 5],
    ['ArrowUp', 4, 3],
    ['PageDown', 4, 14],
    ['PageUp', 4, 0],
    ['Home', 4, 0],
    ['End', 4, 99],
    ['ArrowDown', 99, 99],
    ['ArrowUp', 0, 0],
    ['x', 4, null],
  ])('%s from %i', (key, at, to) => {
    expect(rowForKey(key, at, { count: 100, page: 10 })).toBe(to);
  });

  test('nowhere in an empty list', () => {
    expect(rowForKey('ArrowDown', 0, { count: 0, page: 10 })).toBeNull();
  });
});
