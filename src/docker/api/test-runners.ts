/**
 * How many tests a runner executed, skipped ones left out; null when the text is not this runner's, or when it stopped on an error
 * before it came to its tests.
 */
export type TestCounter = (text: string, exitCode: number) => number | null;

/** One for each runner that is recognised. */
export const TEST_RUNNERS: readonly TestCounter[] = [pytest, unittest, nodeTest, jest, vitest, mocha, goTest];

/** `=== 3 passed, 1 skipped in 0.12s ===`, with `-q` the same without the bars; exit 5 is pytest's own "no tests collected". */
function pytest(text: string, exitCode: number): number | null {
  if (/^=*\s*no tests ran in [\d.]+s/m.test(text)) return exitCode === 0 || exitCode === 5 ? 0 : null;
  const summaries = [...text.matchAll(/^=*\s*(\d+ [a-z]+(?:, \d+ [a-z]+)*) in [\d.]+s/gm)].map((match) => match[1]!);
  if (summaries.length === 0) return null;
  const executed = sum(summaries, (summary) => counted(summary, ['passed', 'failed', 'xfailed', 'xpassed']));
  const broken = sum(summaries, (summary) => counted(summary, ['error', 'errors']));
  return executed === 0 && broken > 0 ? null : executed;
}

/** `Ran 3 tests in 0.001s`, then `OK (skipped=1)`. */
function unittest(text: string): number | null {
  const runs = [...text.matchAll(/^Ran (\d+) tests? in [\d.]+s/gm)];
  if (runs.length === 0) return null;
  const skipped = sum([...text.matchAll(/^(?:OK|FAILED) \(.*?skipped=(\d+)/gm)], (match) => Number(match[1]));
  return sum(runs, (match) => Number(match[1])) - skipped;
}

/** `# tests 5` in TAP, `ℹ tests 5` in the spec reporter. */
function nodeTest(text: string): number | null {
  const totals = [...text.matchAll(/^(?:#|ℹ) tests (\d+)$/gm)];
  if (totals.length === 0) return null;
  const skipped = sum([...text.matchAll(/^(?:#|ℹ) (?:skipped|todo) (\d+)$/gm)], (match) => Number(match[1]));
  return Math.max(0, sum(totals, (match) => Number(match[1])) - skipped);
}

/** `Tests:       1 failed, 2 passed, 3 total`. */
function jest(text: string, exitCode: number): number | null {
  if (/^No tests found, exiting with code/m.test(text)) return 0;
  const totals = [...text.matchAll(/^Tests:\s+(.*\d+ total)/gm)];
  if (totals.length === 0) return null;
  const executed = sum(totals, (match) => counted(match[1]!, ['passed', 'failed']));
  return executed === 0 && exitCode !== 0 ? null : executed;
}

/** `Tests  1 failed | 2 passed (3)`. */
function vitest(text: string, exitCode: number): number | null {
  if (/^No test files found, exiting with code/m.test(text)) return 0;
  const totals = [...text.matchAll(/^\s*Tests {2}(.+)$/gm)];
  if (totals.length === 0) return null;
  const executed = sum(totals, (match) => counted(match[1]!, ['passed', 'failed']));
  return executed === 0 && exitCode !== 0 ? null : executed;
}

/** `3 passing (5ms)`, `1 failing`. */
function mocha(text: string, exitCode: number): number | null {
  if (/^Error: No test files found/m.test(text)) return 0;
  const passing = [...text.matchAll(/^\s*(\d+) passing \(/gm)];
  if (passing.length === 0) return null;
  const executed = sum([...passing, ...text.matchAll(/^\s*(\d+) failing$/gm)], (match) => Number(match[1]));
  return executed === 0 && exitCode !== 0 ? null : executed;
}

/** With `-v` each test has its line; without, `ok` says that there were tests but not how many. */
function goTest(text: string): number | null {
  const verbose = [...text.matchAll(/^--- (?:PASS|FAIL): /gm)].length;
  if (verbose > 0) return verbose;
  const packages = [...text.matchAll(/^(?:ok|FAIL|\?)\s+\S+\s+(.*)$/gm)].map((match) => match[1]!);
  return packages.length > 0 && packages.every((rest) => /\[no test(?: files|s to run)\]/.test(rest)) ? 0 : null;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

/** The numbers before these words: `3 passed, 1 skipped` has 3 of `passed`. */
function counted(summary: string, words: readonly string[]): number {
  const parts = [...summary.matchAll(/(\d+) ([a-z]+)/g)];
  return sum(parts, ([, count, word]) => (words.includes(word!) ? Number(count) : 0));
}
