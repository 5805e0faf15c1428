import { describe, expect, test } from 'vitest';
import {
  annotations,
  resumeCommands,
  SUMMARY_LIMIT_BYTES,
  stepSummary,
  stopCommands,
} from '../../../../src/report/document/github.ts';
import { renderMarkdown } from '../../../../src/report/document/markdown.ts';
import { reportOfRun } from '../../../support/report-runs.ts';

describe('annotations', () => {
  test('are an error for each service that went wrong and a warning for what was skipped', () => {
    expect(annotations(reportOfRun('failed')).split('\n')).toEqual([
      '::error title=weather-api failed::build failed: pip install failed',
      '::error title=ml-service rolled back::crash-looping: 3 restarts, last exit code 1',
      '::warning title=Skipped::ai-core',
      '',
    ]);
  });

  test('are none when all is well', () => {
    expect(annotations(reportOfRun('done'))).toBe('');
  });

  test('cannot be ended or begun by what they say', () => {
    const report = reportOfRun('failed');
    const [service] = report.services;
    const failure = { ...service!.failure!, text: '100% bad\r\n::error::forged' };
    const odd = { ...report, services: [{ ...service!, service: 'a:b,c', failure }] };
    expect(annotations(odd)).toBe('::error title=a%3Ab%2Cc failed::100%25 bad%0D%0A::error::forged\n');
  });

  test('are no more errors than are shown; the last one tells of the rest', () => {
    const report = reportOfRun('failed');
    const services = Array.from({ length: 14 }, (_, i) => ({ ...report.services[0]!, service: `service-${i}` }));
    const lines = annotations({ ...report, services })
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toMatch(/^::error title=5 more::Run 20260204_140000 failed: /);
  });
});

describe("a step's summary", () => {
  const report = reportOfRun('failed');

  test('is the whole report where it fits, and less of it where it does not', () => {
    expect(stepSummary(report, SUMMARY_LIMIT_BYTES)).toBe(renderMarkdown(report, 'full'));
    expect(stepSummary(report, 2200)).toBe(renderMarkdown(report, 'brief'));
    expect(stepSummary(report, 300)).toMatch(/^# Run 20260204_140000 failed\n\n1 completed/);
    expect(stepSummary(report, 3)).toBe('');
  });
});

test('commands are stopped and resumed by the same token', () => {
  expect([stopCommands('abc'), resumeCommands('abc')]).toEqual(['::stop-commands::abc\n', '::abc::\n']);
});
