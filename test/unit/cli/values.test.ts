import { describe, expect, test } from 'vitest';
import { oneOf, parseBatchSize, parseFailureLimit, parseNames, parseWait } from '../../../src/cli/options/values.ts';

const good = (value: unknown) => ({ ok: true, value });

describe('values of options', () => {
  test.each([
    ['1', 1],
    ['40', 40],
    ['all', 'all'],
  ])('--batch-size %s', (text, value) => expect(parseBatchSize(text)).toEqual(good(value)));

  test.each(['0', '-1', '1.5', '1e3', '', ' 5', 'ALL', '99999999999999999999'])('--batch-size %j is refused', (text) =>
    expect(parseBatchSize(text)).toMatchObject({ ok: false, error: 'Give a whole number from 1, or all' }),
  );

  test.each([
    ['0', '0'],
    ['3', '3'],
    ['010%', '10%'],
    ['100%', '100%'],
  ])('--max-failures %s', (text, value) => expect(parseFailureLimit(text)).toEqual(good(value)));

  test.each(['-1', '10 %', '101%', '', '%', '1.5%'])('--max-failures %j is refused', (text) =>
    expect(parseFailureLimit(text).ok).toBe(false),
  );

  test.each([
    ['0s', 0],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
  ])('--lock-wait %s', (text, value) => expect(parseWait(text)).toEqual(good(value)));

  test.each(['10', 'soon', '', '-1s', '30d'])('--lock-wait %j is refused', (text) => expect(parseWait(text).ok).toBe(false));

  test('a word of a list, or the nearest one', () => {
    const parse = oneOf(['service', 'wave', 'run']);
    expect(parse('wave')).toEqual(good('wave'));
    expect(parse('waev')).toEqual({ ok: false, error: 'Did you mean wave? It is one of service, wave, run' });
  });

  test('names must name something', () => {
    expect(parseNames('a,b')).toEqual(good('a,b'));
    expect(parseNames(' , ').ok).toBe(false);
  });
});
