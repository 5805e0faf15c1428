import { expect, test } from 'vitest';
import { linesWith, NO_LINES, withPart } from '../../../src/page/state/log-lines.ts';

function linesOf(...parts: string[]) {
  return parts.reduce(withPart, NO_LINES);
}

test('a log is the same whatever parts it comes in', () => {
  const text = 'one\n\ntwo three\nfour';
  const whole = linesOf(text);
  expect(whole.lines).toEqual(['one', '', 'two three', 'four']);
  for (let i = 0; i <= text.length; i += 1)
    for (let k = i; k <= text.length; k += 1) expect(linesOf(text.slice(0, i), text.slice(i, k), text.slice(k))).toEqual(whole);
});

test('an end of line at the end begins no line', () => {
  expect(linesOf('one\n', 'two\n').lines).toEqual(['one', 'two']);
});

test('of a very long log the end is kept, and that is known', () => {
  const log = linesOf(Array.from({ length: 25_000 }, (_, i) => `${i}\n`).join(''));
  expect(log.lines).toHaveLength(20_000);
  expect(log.lines.at(-1)).toBe('24999');
  expect(log.dropped).toBe(true);
});

test('lines are found by a text, whatever its case', () => {
  const plain = (line: string) => line.replace('<b>', '');
  expect(linesWith(['Error', 'fine', 'no ER<b>ROR here'], 'error', plain)).toEqual([0, 2]);
  expect(linesWith(['Error'], '', plain)).toEqual([]);
});
