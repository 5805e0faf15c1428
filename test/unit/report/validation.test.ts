import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../../src/model/check.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import { makePaint } from '../../../src/report/paint.ts';
import { renderValidationJunit } from '../../../src/report/validation/junit.ts';
import { tableLines } from '../../../src/report/validation/table.ts';
import { renderValidation } from '../../../src/report/validation/text.ts';
import type { Mark, ValidatedService, Validation } from '../../../src/report/validation/types.ts';

const paint = makePaint({ colour: 'off', glyphs: 'unicode' });
const look = { columns: 80, paint };
const columns = ['run', 'image', 'config', 'up', 'starts', 'answer', 'logs', 'limits'].map((heading) => ({
  check: heading,
  heading,
}));

function service(name: string, marks: Readonly<Record<string, Mark>> = {}, critical = false): ValidatedService {
  const all = Object.fromEntries(columns.map(({ check }) => [check, 'passed' as const]));
  return { service: name, category: 'kitchen', critical, marks: { ...all, ...marks } };
}

function validation(services: readonly ValidatedService[], checks: readonly CheckResult[] = []): Validation {
  return {
    version: 1,
    command: 'validate',
    at: '2026-02-04T14:03:12.000Z',
    ok: true,
    phase: 'phase1',
    run: { run: '20260204_140000', outcome: 'done', endedAt: '2026-02-04T14:00:00.000Z' },
    release: { release: '20260204_140000', at: '2026-02-04T14:00:01.000Z', origin: 'run' },
    standing: { services: services.length, completed: 1, up: 2, expected: null },
    counts: { error: 0, warning: 0, info: 0 },
    checks,
    columns,
    services,
    tookMs: 1234,
  };
}

function check(findings: readonly Diagnostic[], more: Partial<CheckResult> = {}): CheckResult {
  return { check: 'image', title: 'Images', outcome: 'failed', seen: '1 of 2 as recorded', findings, ...more };
}

describe('the table of services', () => {
  test('has critical services first and a mark for each check, in line', () => {
    const services = [
      service('data-api', {}, true),
      service('weather-api', { config: 'error', starts: 'warning', logs: 'info', limits: 'not-looked' }),
      { ...service('job'), marks: { run: 'passed' as const } },
    ];
    expect(tableLines(validation(services), look)).toEqual([
      'critical        run  image  config  up  starts  answer  logs  limits',
      '  data-api      ✓    ✓      ✓       ✓   ✓       ✓       ✓     ✓',
      'others',
      '  weather-api   ✓    ✓      ✗       ✓   !       ✓       ·     ?',
      '  job           ✓    –      –       –   –       –       –     –',
    ]);
  });

  test('cuts long names so that it fits the screen', () => {
    const lines = tableLines(validation([service(`automation-${'x'.repeat(60)}`)]), look);
    expect(lines[1]).toMatch(/automation-x+… +✓/);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test('of a large fleet lists only what wants attention, and counts the rest', () => {
    const many = Array.from({ length: 500 }, (_, i) => service(`s${i}`, i === 77 ? { up: 'error' } : {}, i < 2));
    const lines = tableLines(validation(many), look).map((line) => line.trim());
    expect(lines).toHaveLength(5);
    expect(lines).toEqual(expect.arrayContaining(['2 services without a finding', '497 services without a finding']));
    expect(lines[3]).toMatch(/^s77 /);
  });

  test('needs neither colour nor Unicode', () => {
    const ascii = { columns: 80, paint: makePaint({ colour: 'off', glyphs: 'ascii' }) };
    const [, row] = tableLines(validation([service('api', { up: 'error' })]), ascii);
    expect(row).toBe('  api           +    +      +       x   +       +       +     +');
  });
});

test('the text says what was compared with what, and counts as operators do', () => {
  const text = renderValidation(validation([service('api')]), look);
  expect(text.split('\n')[0]).toBe('phase phase1: run 20260204_140000 done 3m12s ago, compared with its release');
  expect(text).toMatch(/\n1 service: 1 completed, 2 up \(looked at in 1\.2s\)\n$/);
  const adopted = {
    ...validation([service('api')]),
    run: null,
    release: { release: 'adopted_1', at: '', origin: 'adopted' as const },
  };
  expect(renderValidation(adopted, look).split('\n')[0]).toBe('phase phase1: no run yet, compared with release adopted_1');
});

describe('JUnit', () => {
  const findings: readonly Diagnostic[] = [
    { code: 'image-differs', severity: 'error', service: 'api', message: 'runs <another>', remedy: 'put it back' },
    { code: 'tag-moved', severity: 'warning', service: 'calm', message: 'moved' },
    { code: 'run-unfinished', severity: 'error', message: 'did not end' },
  ];

  test('makes a failure of an error, and output of the rest', () => {
    const xml = renderValidationJunit(validation([service('api', {}, true), service('calm')], [check(findings)]));
    expect(xml).toContain('<testsuites name="slipway validate phase1" tests="3" failures="2" errors="0"');
    expect(xml).toContain('<failure message="runs &lt;another&gt;" type="image-differs">');
    expect(xml).toMatch(/<testcase name="calm"[^>]*>\s*<system-out>warning tag-moved: moved<\/system-out>/);
    expect(xml).toMatch(/<testcase name="Images" classname="phase1\.fleet"[^>]*>\s*<failure message="did not end"/);
  });

  test('makes an error of what could not be looked at', () => {
    const xml = renderValidationJunit(validation([], [check([], { outcome: 'not-checked', seen: 'no key' })]));
    expect(xml).toContain('<error message="no key" type="not-checked"/>');
    expect(xml).toContain('errors="1"');
  });
});
