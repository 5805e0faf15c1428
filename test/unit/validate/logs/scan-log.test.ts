import { describe, expect, test } from 'vitest';
import type { LogErrorSettings } from '../../../../src/fleet/validation-types.ts';
import { createLineJudge } from '../../../../src/validate/logs/line-judge.ts';
import { LogScanner } from '../../../../src/validate/logs/scan-log.ts';

const DEFAULTS: LogErrorSettings = { builtin: true, patterns: [], ignore: [], contextLines: 2 };

function scannerWith(settings: Partial<LogErrorSettings> = {}, redact = (text: string) => text): LogScanner {
  const judge = createLineJudge({ ...DEFAULTS, ...settings });
  if (!judge.ok) throw new Error(judge.error.map(({ why }) => why).join());
  return new LogScanner(judge.value, { contextLines: settings.contextLines ?? 2, redact });
}

function scan(text: string, settings: Partial<LogErrorSettings> = {}) {
  const scanner = scannerWith(settings);
  for (const line of text.split('\n')) scanner.push(line);
  return scanner.end();
}

describe('errors', () => {
  test('come with the lines around them', () => {
    expect(scan('one\ntwo\nthree\nERROR: it failed\nfour\nfive\nsix')).toEqual({
      lines: 7,
      crashes: 0,
      errors: 1,
      groups: [
        {
          gravity: 'error',
          what: 'error',
          text: 'ERROR: it failed',
          count: 1,
          before: ['two', 'three'],
          after: ['four', 'five'],
        },
      ],
      others: 0,
    });
    expect(scan('one\nERROR: it failed\ntwo', { contextLines: 0 }).groups[0]).toMatchObject({ before: [], after: [] });
  });

  test('that say the same but for numbers and ids are one, counted', () => {
    const { errors, groups } = scan(
      ['ERROR: took 12 ms for 0a1b2c3d4e', 'fine', 'ERROR: took 99 ms for ffeeddccbbaa', 'ERROR: something else'].join('\n'),
    );
    expect(errors).toBe(3);
    expect(groups.map(({ text, count }) => [text, count])).toEqual([
      ['ERROR: took 12 ms for 0a1b2c3d4e', 2],
      ['ERROR: something else', 1],
    ]);
  });

  test('are not their own context', () => {
    const { groups } = scan('ERROR: no answer 1\nERROR: no answer 2\ntrying again\nfour');
    expect(groups).toEqual([expect.objectContaining({ text: 'ERROR: no answer 1', count: 2, after: ['trying again'] })]);
  });

  test('crashes come first, however few', () => {
    const { groups, crashes, errors } = scan('ERROR: a\nERROR: a\npanic: b');
    expect(groups.map(({ what }) => what)).toEqual(['panic', 'error']);
    expect([crashes, errors]).toEqual([1, 2]);
  });
});

describe('a traceback', () => {
  const TRACE = `Traceback (most recent call last):
  File "/app/a.py", line 1, in <module>
    run()
  File "/app/b.py", line 2, in run
    raise ValueError("no")
ValueError: no`;

  test('is one error, told by its last line, with where it was', () => {
    const { errors, groups } = scan(`start\n${TRACE}\nnext`);
    expect(errors).toBe(1);
    expect(groups[0]).toMatchObject({ what: 'traceback', text: 'ValueError: no', after: ['next'] });
    expect(groups[0]!.before.at(-1)).toBe('    raise ValueError("no")');
  });

  test('behind the line that reports it is no second one', () => {
    expect(scan(`ERROR:root:it failed\n${TRACE}\nnext`)).toMatchObject({ errors: 1, groups: [{ text: 'ERROR:root:it failed' }] });
  });

  test('counts when the log ends in it, and is ignored by its last line', () => {
    expect(scan(TRACE.split('\n').slice(0, 3).join('\n')).errors).toBe(1);
    expect(scan(TRACE, { ignore: ['^ValueError'] }).errors).toBe(0);
    expect(scan(TRACE.replace('ValueError: no', 'app.NotFound: x'), { ignore: ['NotFound'] }).errors).toBe(0);
    expect(scan(TRACE.replace('ValueError: no', 'MemoryError')).crashes).toBe(1);
  });
});

describe('patterns of the configuration', () => {
  test('add to the built-in ones, or stand alone; ignored lines tell of nothing', () => {
    const log = 'payment DECLINED\nERROR: a\nERROR: harmless';
    expect(scan(log, { patterns: ['(?i)declined'], ignore: ['harmless$'] })).toMatchObject({ crashes: 1, errors: 1 });
    expect(scan(log, { patterns: ['(?i)declined'], builtin: false })).toMatchObject({ crashes: 1, errors: 0 });
  });

  test('that are made to be slow are not', () => {
    const began = performance.now();
    scan(`${'a'.repeat(100_000)}!\n`.repeat(20), { patterns: ['(a+)+$', '(a|a)*b', '(.*)*x(.*)*y'] });
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test('that RE2 cannot read are told in its words', () => {
    expect(createLineJudge({ ...DEFAULTS, patterns: ['a{5000}', 'fine'] })).toEqual({
      ok: false,
      error: [{ pattern: 'a{5000}', why: expect.stringContaining('repeat') }],
    });
  });
});

describe('what is kept', () => {
  test('is redacted before it is cut, without colours and control characters', () => {
    const scanner = scannerWith({}, (text) => text.replaceAll('hunter2hunter2', '***'));
    scanner.push(`before hunter2hunter2`);
    scanner.push(`\u001b[31mERROR\u001b[0m: ${'x'.repeat(290)}hunter2hunter2 \u0007`);
    const [group] = scanner.end().groups;
    expect(group!.before).toEqual(['before ***']);
    expect(group!.text).toMatch(/^ERROR: x+\**…$/);
    expect(group!.text).toHaveLength(300);
  });

  test('is bounded: kinds of errors beyond those kept are only counted', () => {
    const scanner = scannerWith();
    const word = (n: number) => [...String(n)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
    for (let n = 0; n < 1000; n += 1) scanner.push(`ERROR: ${word(n)}zzz`);
    const { errors, groups, others } = scanner.end();
    expect([errors, groups.length, others]).toEqual([1000, 40, 960]);
  });
});
