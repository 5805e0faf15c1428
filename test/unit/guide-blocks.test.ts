import { expect, test } from 'vitest';
import { shellBlocks } from '../support/guide/blocks.ts';

const FENCE = '```';

function page(...lines: readonly string[]): string {
  return lines.join('\n');
}

test('every shell block is found, with what its mark says; blocks that are not for a shell are left out', () => {
  const text = page(
    'Text',
    `${FENCE}bash`,
    'first',
    '',
    'second',
    FENCE,
    FENCE,
    'a drawing',
    FENCE,
    '<!-- run: in: port-taken; exit: 2; shows: a; shows: b: c; check: well -->',
    '',
    `${FENCE}sh`,
    'third',
    FENCE,
    '<!-- run: ctrl-c after: http://127.0.0.1 -->',
    `${FENCE}bash`,
    'serve',
    FENCE,
    '<!-- run: stays-open; shows: done; keys: q -->',
    `${FENCE}bash`,
    'monitor',
    FENCE,
  );
  const plain = { situation: null, still: null, exitCode: 0, shows: [], ctrlCAfter: null, staysOpen: null, needsNetwork: false };
  expect(shellBlocks('p.md', text)).toEqual([
    { ...plain, at: 'p.md:2', code: 'first\n\nsecond', check: null },
    { ...plain, at: 'p.md:12', code: 'third', situation: 'port-taken', exitCode: 2, shows: ['a', 'b: c'], check: 'well' },
    { ...plain, at: 'p.md:16', code: 'serve', ctrlCAfter: 'http://127.0.0.1', check: null },
    { ...plain, at: 'p.md:20', code: 'monitor', shows: ['done'], staysOpen: { keys: 'q' }, check: null },
  ]);
});

test.each([
  ['a mark with a slip', ['<!-- run in: x -->', `${FENCE}bash`, 'a', FENCE], /p\.md:1: not a mark/],
  ['a mark of an unknown kind', ['<!-- run: inn: x -->', `${FENCE}bash`, 'a', FENCE], /p\.md:2: the mark has no inn/],
  ['a mark without a block', ['<!-- run: in: x -->', 'text'], /p\.md:1: no block follows/],
  ['a mark at the end', ['<!-- run: in: x -->', ''], /p\.md:1: no block follows/],
  ['a mark of a drawing', ['<!-- run: in: x -->', FENCE, 'a', FENCE], /p\.md:2: a block in no language is not run/],
  ['another shell', [`${FENCE}console`, '$ a', FENCE], /p\.md:1: a block in console is not run/],
  ['a block without an end', [`${FENCE}bash`, 'a'], /p\.md:1: the block has no end/],
  ['what stays open for ever', ['<!-- run: stays-open -->', `${FENCE}bash`, 'a', FENCE], /p\.md:2: what stays open needs keys/],
])('%s is refused', (_what, lines, message) => {
  expect(() => shellBlocks('p.md', page(...lines))).toThrow(message);
});
