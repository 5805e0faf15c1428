import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../../../src/report/document/html.ts';
import { reportOf } from '../../../../src/report/document/report.ts';
import { builtSizes, unsizedImages } from '../../../../src/report/document/sizes.ts';
import { imageId, REPORT_RUNS, type ReportRun, reportOfRun } from '../../../support/report-runs.ts';

const serviceOf = (run: ReportRun, key: string) => reportOfRun(run).services.find(({ service }) => service === key)!;

describe('a report', () => {
  test('sums up builds, downtimes and categories', () => {
    const report = reportOfRun('failed');
    expect(report.cache).toEqual({ builds: 2, cachedSteps: 12, totalSteps: 18 });
    expect(report.downtime).toEqual({ services: 2, medianMs: 2100, longestMs: 46_000, longest: 'ml-service' });
    expect(
      report.categories.map(({ category, workedMs, estimateMs, unseen }) => [category, workedMs, estimateMs, unseen]),
    ).toEqual([
      ['integration', 88_940, 45_000, 1],
      ['ai-ml', 94_720, 90_000, 0],
    ]);
  });

  test('tells what runs after a rollback, not what was tried', () => {
    const { before, after } = serviceOf('failed', 'ml-service');
    expect([before.image, after.image]).toEqual([imageId('a'), imageId('a')]);
    expect(serviceOf('rollback', 'weather-api').before).toEqual({ image: imageId('b'), sizeBytes: 181_000_000 });
  });

  test('does without a plan', () => {
    const report = reportOfRun('interrupted');
    expect(report.services.map(({ cause, estimateMs }) => [cause, estimateMs])).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(report.durationMs).toBe(420);
  });

  test('prefers the end of the log file to the few lines in the journal, unless that is shorter', () => {
    expect(serviceOf('failed', 'weather-api').failure?.log.file).toContain('weather-api.log');
    const input = REPORT_RUNS.failed();
    const excerpts = new Map([['weather-api', { file: 'x.log', lines: ['one'] }]]);
    expect(reportOf({ ...input, excerpts }).services[0]?.failure?.log.lines).toHaveLength(2);
  });

  test('knows the sizes of what the journals say was built, and what else to ask for', () => {
    const input = REPORT_RUNS.failed();
    expect([...builtSizes([input.state])]).toEqual([[imageId('b'), 181_000_000]]);
    expect(unsizedImages(reportOf({ ...input, sizes: builtSizes([input.state]) }))).toEqual([imageId('a')]);
  });
});

describe('the next steps', () => {
  const commands = (run: ReportRun) => reportOfRun(run).next.map(({ command }) => command);

  test('are the exact commands, the ones that mend by hand first', () => {
    expect(commands('failed')).toEqual(['slipway logs weather-api --run 20260204_140000', 'slipway rebuild --continue']);
    expect(commands('interrupted')).toEqual(['slipway rebuild --continue']);
    expect(commands('rollback')).toEqual([
      'docker start calendar-1',
      `docker tag ${imageId('a')} 'calendar:latest; rm'`,
      'slipway rollback --continue',
    ]);
    expect(reportOf({ ...REPORT_RUNS.done(), statusFile: 'none' }).next.map(({ command }) => command)).toEqual([
      'slipway status',
      'slipway rollback --all --dry-run',
    ]);
    expect(commands('done')).toEqual(['slipway status', 'slipway report --complete-phase', 'slipway rollback --all --dry-run']);
  });
});

test('a step that has no outcome is there: it is under way, or was cut off', () => {
  const { state, ...input } = REPORT_RUNS.interrupted();
  const stepsIn = (outcome: 'running' | 'interrupted') =>
    reportOf({ ...input, state, outcome }).services.find(({ service }) => service === 'calendar')!.steps;
  expect(stepsIn('interrupted').at(-1)).toMatchObject({ kind: 'build', outcome: 'interrupted', attempt: 1 });
  expect(stepsIn('running').at(-1)).toMatchObject({ kind: 'build', outcome: 'running', durationMs: 599_580 });
  expect(renderHtml(reportOf({ ...input, state, outcome: 'interrupted' }))).toContain('<title>calendar: build interrupted,');
});
