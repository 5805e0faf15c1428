import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../setup/parts.mjs';
import { runVisibly } from '../setup/run.mjs';

const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** Runs the vitest project of a tier on this terminal, with more environment if it has some, and counts its tests from vitest's own JSON report. */
export async function runVitestTier({ name, env }) {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  const reportFile = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  try {
    const { code, interrupted } = await runVisibly(
      [process.execPath, VITEST, 'run', '--project', name, ...reporters, ...(process.stdout.isTTY ? [] : ['--no-color'])],
      { cwd: ROOT, env },
    );
    return { ...countReport(readReport(reportFile), code), interrupted };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Turns vitest's report (null when it wrote none) and exit code into counts. A process that failed without a failed test
 * (a crash, a file that does not load, an unhandled error, no tests at all) counts as at least one failure.
 */
export function countReport(report, exitCode) {
  const {
    numPassedTests: passed = 0,
    numFailedTests = 0,
    numPendingTests = 0,
    numTodoTests = 0,
    testResults = [],
  } = report ?? {};
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const skipped = numPendingTests + numTodoTests;
  const failed = numFailedTests + brokenFiles;
  const isSilentFailure = failed === 0 && (exitCode !== 0 || passed + skipped === 0);
  return { passed, failed: isSilentFailure ? 1 : failed, skipped };
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
