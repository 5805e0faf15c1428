import { expect, test } from 'vitest';
import { readTestOutput } from '../../../../src/docker/api/test-output.ts';

const NO_TEST = 'the test runner found no test';

/** What the runners print (their own words, shortened), the exit code, and what is to be read from it. */
const cases: readonly [string, string, number, number | null, string | null][] = [
  ['pytest', '..\n============ 2 passed in 0.02s ============\n', 0, 2, null],
  [
    'pytest in colour',
    '\u001b[32m========= \u001b[32m\u001b[1m2 passed\u001b[0m\u001b[32m in 0.02s\u001b[0m =====\n',
    0,
    2,
    null,
  ],
  ['pytest -q', '...s\n3 passed, 1 skipped in 0.12s\n', 0, 3, null],
  ['pytest with a failure', 'FAILED t.py::a\n=== 1 failed, 2 passed, 1 xfailed, 3 warnings in 1.20s ===\n', 1, 4, null],
  ['pytest, minutes', '=== 7 passed in 65.01s (0:01:05) ===\n', 0, 7, null],
  ['pytest without tests', 'collected 0 items\n\n==== no tests ran in 0.01s ====\n', 5, 0, NO_TEST],
  ['pytest with all deselected', '==== 3 deselected in 0.01s ====\n', 5, 0, NO_TEST],
  ['pytest with all skipped', '==== 3 skipped in 0.01s ====\n', 0, 0, null],
  ['pytest that cannot import', 'E ImportError\n==== 1 error in 0.05s ====\n', 2, null, null],
  ['pytest misused', 'ERROR: file or directory not found: tests\n\nno tests ran in 0.00s\n', 4, null, null],
  ['pytest absent', '/usr/bin/python3: No module named pytest\n', 1, null, 'pytest is not in the image'],
  ['unittest', '...\n-----\nRan 3 tests in 0.001s\n\nOK (skipped=1)\n', 0, 2, null],
  ['unittest failing', 'Ran 3 tests in 0.001s\n\nFAILED (failures=1, skipped=1)\n', 1, 2, null],
  ['unittest without tests', 'Ran 0 tests in 0.000s\n\nNO TESTS RAN\n', 5, 0, NO_TEST],
  [
    'node --test, TAP',
    'ok 1 - a\n1..1\n# tests 4\n# suites 1\n# pass 3\n# fail 0\n# cancelled 0\n# skipped 1\n# todo 0\n',
    0,
    3,
    null,
  ],
  ['node --test, spec', '✔ a (0.5ms)\nℹ tests 2\nℹ suites 0\nℹ pass 2\nℹ fail 0\nℹ skipped 0\nℹ todo 0\n', 0, 2, null],
  ['node --test without tests', 'ℹ tests 0\nℹ pass 0\nℹ fail 0\nℹ skipped 0\n', 0, 0, null],
  ['jest', 'Test Suites: 1 passed, 1 total\nTests:       1 failed, 1 skipped, 2 passed, 4 total\n', 1, 3, null],
  ['jest without tests', 'No tests found, exiting with code 1\nRun with `--passWithNoTests`\n', 1, 0, NO_TEST],
  ['jest with a broken suite', 'Test Suites: 1 failed, 1 total\nTests:       0 total\n', 1, null, null],
  ['vitest', ' Test Files  1 passed (1)\n      Tests  1 failed | 2 passed | 1 skipped (4)\n   Start at  10:00:00\n', 1, 3, null],
  ['vitest without tests', 'No test files found, exiting with code 1\n', 1, 0, NO_TEST],
  ['vitest with a broken file', ' Test Files  1 failed (1)\n      Tests  no tests\n', 1, null, null],
  ['mocha', '\n  3 passing (5ms)\n  1 pending\n  1 failing\n', 1, 4, null],
  ['mocha without tests', '\n  0 passing (1ms)\n', 0, 0, null],
  ['mocha without files', 'Error: No test files found: "test"\n', 1, 0, NO_TEST],
  ['go test', 'ok  \texample.org/a\t0.004s\n?   \texample.org/b\t[no test files]\n', 0, null, null],
  ['go test -v', '=== RUN   TestA\n--- PASS: TestA (0.00s)\n--- FAIL: TestB (0.00s)\nFAIL\n', 1, 2, null],
  ['go test without tests', '?   \texample.org/a\t[no test files]\nok  \texample.org/b\t0.01s [no tests to run]\n', 0, 0, null],
  ['two runners, one after the other', '# tests 2\n# pass 2\n\n  3 passing (5ms)\n', 0, 5, null],
  ['npm without the script', 'npm error Missing script: "test"\nnpm error\n', 1, null, 'package.json has no script test'],
  [
    'npm’s placeholder',
    '> echo "Error: no test specified" && exit 1\n\nError: no test specified\n',
    1,
    null,
    'package.json still has npm’s placeholder as its test',
  ],
  ['a tool that npm cannot find', '> jest\n\nsh: 1: jest: not found\n', 127, null, 'jest is not in the image'],
  ['the same in bash', 'bash: line 1: mocha: command not found\n', 127, null, 'mocha is not in the image'],
  ['the same in busybox', 'sh: jest: not found\n', 127, null, 'jest is not in the image'],
  [
    'a command that the init process cannot run',
    '[FATAL tini (7)] exec pytest failed: No such file or directory\n',
    127,
    null,
    'pytest is not in the image',
  ],
  ['a page that is not found is no missing tool', 'GET /x: page: not found\n# tests 1\n', 1, 1, null],
  ['nothing known', 'all good\n', 0, null, null],
  ['nothing known, failed', 'Segmentation fault\n', 139, null, null],
];

test.each(cases)('%s', (_name, output, exitCode, tests, missing) => {
  expect(readTestOutput(output, exitCode)).toEqual({ tests, missing });
});
