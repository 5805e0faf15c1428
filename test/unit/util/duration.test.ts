import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/util/duration.ts';
import { nearest } from '../../../src/util/nearest.ts';
import { parseSize } from '../../../src/util/size.ts';

test.each([
  ['600s', 600_000],
  ['1m30s', 90_000],
  ['500ms', 500],
  ['1.5h', 5_400_000],
  ['1d2h3m4s5ms', 93_784_005],
  ['2m5ms', 120_005],
  ['0s', 0],
])('%s is %i ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each(['', 's', '5', '5 s', '-5s', '5S', '5s5m', '1m2m', '1.s', '5sec', '1e3s', '٣s'])('%j is no duration', (text) =>
  expect(parseDuration(text)).toBeNull(),
);

test.each([
  [0, '0s'],
  [500, '500ms'],
  [90_000, '1m30s'],
  [600_000, '10m'],
  [86_400_001, '1d1ms'],
])('%i ms is written %s and read back', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  ['2g', 2 * 1024 ** 3],
  ['512m', 512 * 1024 ** 2],
  ['1.5g', 1.5 * 1024 ** 3],
  ['2 GB', 2 * 1024 ** 3],
  ['64MiB', 64 * 1024 ** 2],
  ['1024', 1024],
  ['10b', 10],
])('%s is %i bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));

test.each(['', 'g', '2x', '-2g', '2gg', '99999999999999t', '2e3m'])('%j is no size', (text) =>
  expect(parseSize(text)).toBeNull(),
);

test.each([
  ['servces', ['name', 'services'], 'services'],
  ['siez', ['size', 'barrier'], 'size'],
  ['tpc', ['path', 'tcp'], 'tcp'],
  ['ai_ml', ['ai-ml', 'ui'], 'ai-ml'],
  ['Weather-API', ['weather-api', 'sports-api'], 'weather-api'],
  ['calendar', ['calendar-service', 'weather-api'], 'calendar-service'],
  ['batch_config', ['batch', 'retry'], undefined],
  ['foo', ['other', 'size'], undefined],
  ['', ['a'], undefined],
  ['x', [], undefined],
])('the nearest to %j of %j is %j', (name, candidates, near) => expect(nearest(name, candidates)).toBe(near));
