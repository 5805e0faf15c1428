import { stripVTControlCharacters } from 'node:util';
import { TEST_RUNNERS } from './test-runners.ts';

/** What the output of a test says: how many tests were executed (null: it does not say), and why nothing was tested, if nothing was. */
export interface TestReading {
  readonly tests: number | null;
  readonly missing: string | null;
}

/**
 * Reads the output of the common test runners. "No test" must never look like "passed" (product contract, section 6), and a runner
 * that found nothing must not look like a failed test either.
 */
export function readTestOutput(output: string, exitCode: number): TestReading {
  const text = stripVTControlCharacters(output).replaceAll('\r', '');
  const absent = exitCode === 0 ? null : absentRunner(text, exitCode);
  if (absent) return { tests: null, missing: absent };
  const counts = TEST_RUNNERS.map((count) => count(text, exitCode)).filter((count) => count !== null);
  if (counts.length === 0) return { tests: null, missing: null };
  const tests = counts.reduce((sum, count) => sum + count, 0);
  return { tests, missing: tests === 0 && exitCode !== 0 ? 'the test runner found no test' : null };
}

/** Signs of a runner that is not there, each with the exit codes that go with it (null: any). */
const ABSENT: readonly {
  readonly sign: RegExp;
  readonly exitCodes: readonly number[] | null;
  readonly why: (name: string) => string;
}[] = [
  { sign: /\[FATAL tini[^\]]*\] exec (\S+) failed/, exitCodes: [126, 127], why: (name) => `${name} is not in the image` },
  {
    sign: /: (?:\d+: |line \d+: )?([^\s:]+): (?:command )?not found/,
    exitCodes: [127],
    why: (name) => `${name} is not in the image`,
  },
  { sign: /No module named '?(pytest|nose2?|tox)\b/, exitCodes: [1], why: (name) => `${name} is not in the image` },
  { sign: /Missing script: "?([\w:.-]+)/, exitCodes: null, why: (name) => `package.json has no script ${name}` },
  { sign: /Error: (no test) specified/, exitCodes: null, why: () => 'package.json still has npm’s placeholder as its test' },
];

function absentRunner(text: string, exitCode: number): string | null {
  for (const { sign, exitCodes, why } of ABSENT) {
    const name = sign.exec(text)?.[1];
    if (name !== undefined && (exitCodes === null || exitCodes.includes(exitCode))) return why(name);
  }
  return null;
}
