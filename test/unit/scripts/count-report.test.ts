import { describe, expect, test } from 'vitest';
import { countReport } from '../../../scripts/tiers/vitest.mjs';

const report = (difference: object) => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{}] }],
  ...difference,
});

describe('countReport', () => {
  test('takes the counts of a good run', () => {
    expect(countReport(report({}), 0)).toEqual({ passed: 3, failed: 0, skipped: 0 });
  });

  test('adds skipped and planned tests', () => {
    expect(countReport(report({ numPendingTests: 2, numTodoTests: 1 }), 0)).toEqual({ passed: 3, failed: 0, skipped: 3 });
  });

  test('counts failed tests once, though the process fails too', () => {
    expect(countReport(report({ numFailedTests: 2 }), 1).failed).toBe(2);
  });

  test('counts a file that does not load beside the failed tests of another', () => {
    const testResults = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{}] },
    ];
    expect(countReport(report({ numFailedTests: 1, testResults }), 1).failed).toBe(2);
  });

  test('an error outside of any test is a failure', () => {
    expect(countReport(report({}), 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  test('a process that died without a report is a failure', () => {
    expect(countReport(null, 139)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  test('a tier without a single test is a failure, whatever the exit code', () => {
    expect(countReport(report({ numPassedTests: 0, testResults: [] }), 0).failed).toBe(1);
  });
});
