import xterm from '@xterm/headless';
import { expect, test } from 'vitest';
import { NOTHING_DRAWN, redraw } from '../../../src/cli/output/live-region.ts';

const SIZE = { columns: 20, rows: 6 };

/** A real terminal of that size after these writes. */
async function screenAfter(
  writes: readonly string[],
  resized?: { columns: number; rows: number; after: number },
): Promise<string[]> {
  const terminal = new xterm.Terminal({ cols: SIZE.columns, rows: SIZE.rows, allowProposedApi: true });
  for (const [i, text] of writes.entries()) {
    await new Promise<void>((resolve) => terminal.write(text.replaceAll('\n', '\r\n'), resolve));
    if (resized?.after === i) terminal.resize(resized.columns, resized.rows);
  }
  const buffer = terminal.buffer.active;
  const lines = Array.from({ length: buffer.length }, (_, i) => buffer.getLine(i)?.translateToString(true) ?? '');
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}

test('lines are redrawn in place, others scroll up above them', async () => {
  const writes = [
    redraw(NOTHING_DRAWN, { above: [], lines: ['head', 'a building'] }, SIZE),
    redraw({ lines: ['head', 'a building'] }, { above: ['a completed'], lines: ['head', 'b', 'c'] }, SIZE),
    redraw({ lines: ['head', 'b', 'c'] }, { above: ['b completed', 'c completed'], lines: ['head'] }, SIZE),
  ];
  expect(await screenAfter(writes)).toEqual(['a completed', 'b completed', 'c completed', 'head']);
});

test('a shorter line leaves nothing of a longer one', async () => {
  const writes = [
    redraw(NOTHING_DRAWN, { above: [], lines: ['a long line of text'] }, SIZE),
    redraw({ lines: ['a long line of text'] }, { above: [], lines: ['short'] }, SIZE),
  ];
  expect(await screenAfter(writes)).toEqual(['short']);
});

test('after the terminal became narrower nothing of the old lines stays', async () => {
  const wide = ['a line of 20 columns', 'b line of 20 columns'];
  const narrow = { columns: 10, rows: 6 };
  const writes = [
    redraw(NOTHING_DRAWN, { above: ['settled'], lines: wide }, SIZE),
    redraw({ lines: wide }, { above: [], lines: ['a line', 'b line'] }, narrow),
  ];
  expect(await screenAfter(writes, { ...narrow, after: 0 })).toEqual(['settled', 'a line', 'b line']);
});

test('drawing nothing removes the lines', async () => {
  const writes = [
    redraw(NOTHING_DRAWN, { above: ['settled'], lines: ['head'] }, SIZE),
    redraw({ lines: ['head'] }, { above: [], lines: [] }, SIZE),
  ];
  expect(await screenAfter(writes)).toEqual(['settled']);
});
