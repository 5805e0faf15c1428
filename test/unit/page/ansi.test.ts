import { describe, expect, test } from 'vitest';
import { parseAnsi, plainText } from '../../../src/page/parts/ansi.ts';

const ESC = '\u001b';

describe('colours become class names', () => {
  test.each([
    ['plain', [{ text: 'plain', style: '' }]],
    [
      `a ${ESC}[31;1mred${ESC}[0m b`,
      [
        { text: 'a ', style: '' },
        { text: 'red', style: 'ansi-1 ansi-bold' },
        { text: ' b', style: '' },
      ],
    ],
    [`${ESC}[92mbright`, [{ text: 'bright', style: 'ansi-10' }]],
    [`${ESC}[38;5;4mindexed`, [{ text: 'indexed', style: 'ansi-4' }]],
    [`${ESC}[38;2;10;20;31mtrue colour`, [{ text: 'true colour', style: '' }]],
    [`${ESC}[48;5;1mon red`, [{ text: 'on red', style: '' }]],
    [
      `${ESC}[2mdim${ESC}[22;39m.`,
      [
        { text: 'dim', style: 'ansi-dim' },
        { text: '.', style: '' },
      ],
    ],
    [`${ESC}[mreset`, [{ text: 'reset', style: '' }]],
  ])('%j', (line, parts) => {
    expect(parseAnsi(line)).toEqual(parts);
  });
});

describe('nothing else of a terminal is left', () => {
  test.each([
    ['moves', `a${ESC}[2K${ESC}[1Gb`, 'ab'],
    ['a title', `${ESC}]0;title\u0007text`, 'text'],
    ['a link', `${ESC}]8;;http://evil/${ESC}\\here${ESC}]8;;${ESC}\\`, 'here'],
    ['one that is cut off', `text${ESC}[3`, 'text'],
    ['a lone escape', `text${ESC}`, 'text'],
    ['what a carriage return overwrote', '10%\r50%\r100%', '100%'],
    ['the end of a line as Windows has it', 'text\r', 'text'],
    ['a bell and a backspace', 'a\u0007b\u0008c', 'a·b·c'],
    ['what turns the direction of writing', 'a\u202eb', 'a·b'],
  ])('%s', (_, line, text) => {
    expect(plainText(line)).toBe(text);
    expect(
      parseAnsi(line)
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
  });
});

test('a style is never what the log says, and markup stays text', () => {
  const parts = parseAnsi(`${ESC}[31mx" onload="y${ESC}[0m<script>alert(1)</script>`);
  expect(parts.map(({ style }) => style)).toEqual(['ansi-1', '']);
  expect(parts[1]!.text).toBe('<script>alert(1)</script>');
});

test('a line of a megabyte takes no time to speak of', () => {
  const line = `${ESC}[`.repeat(200_000) + ';'.repeat(600_000);
  const before = performance.now();
  parseAnsi(line);
  expect(performance.now() - before).toBeLessThan(2000);
});
