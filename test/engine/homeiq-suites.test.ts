import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../examples/homeiq/scripts/break-handlers.mjs', import.meta.url));
const TIMEOUT_MS = 600_000;

test('the suite of each of the 40 example services fails when any one of its handlers is broken', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { stdout, code } = await run([SCRIPT]);
  const lines = stdout.trim().split('\n');
  expect(lines.filter((line) => !line.startsWith('ok '))).toEqual([]);
  expect(new Set(lines.map((line) => line.split(/ +/)[1])).size).toBe(40);
  expect(code).toBe(0);
});

test('a service that the fleet does not have is refused', async () => {
  expect(await run([SCRIPT, 'weather'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('not a service of this fleet: weather'),
  });
});

async function run(argv: readonly string[]): Promise<{ stdout: string; stderr: string; code: unknown }> {
  try {
    return { ...(await promisify(execFile)(process.execPath, argv)), code: 0 };
  } catch (failure) {
    return failure as { stdout: string; stderr: string; code: unknown };
  }
}
