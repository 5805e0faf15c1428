import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { progressLine } from '../../../src/report/backup-text.ts';
import { makePaint } from '../../../src/report/paint.ts';
import { humanBytes } from '../../../src/util/human.ts';

const paint = makePaint({ colour: 'off', glyphs: 'ascii' });
const at = { part: 'images.tar', bytes: 50_000_000, estimateBytes: 100_000_000, elapsedMs: 2000 };

test('the bar has the share that is done, the bytes and the rate', () => {
  expect(progressLine(at, 100, paint)).toBe('images.tar ###############............... 50 MB of about 100 MB, 25 MB/s');
  expect(progressLine({ ...at, bytes: 0 }, 100, paint)).toContain('waiting for the first byte, 2.0s');
  expect(progressLine({ ...at, estimateBytes: null }, 100, paint)).toBe('images.tar 50 MB, 25 MB/s');
});

test('it never looks done while it goes on, and never breaks the line', () => {
  expect(progressLine({ ...at, bytes: 999_000_000 }, 100, paint)).toMatch(/#\. 999 MB/);
  for (const columns of [1, 10, 20, 40, 60, 80, 250])
    expect(stringWidth(progressLine({ ...at, part: 'volumes/a-long-name_of-a-volume.tar' }, columns, paint))).toBeLessThan(
      Math.max(columns, 1),
    );
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [9940, '9.9 kB'],
  [9960, '10 kB'],
  [999_499, '999 kB'],
  [999_600, '1.0 MB'],
  [23_000_000_000, '23 GB'],
])('%d bytes are %s', (bytes, text) => expect(humanBytes(bytes)).toBe(text));
