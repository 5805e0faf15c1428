import { join } from 'node:path';
import { ROOT } from '../setup/parts.mjs';
import { run } from '../setup/run.mjs';

const TIMEOUT_MS = 300_000;

/** Runs a tool of the development packages as one test: it passes with exit code 0, and its output is shown when it does not. */
export async function runCommandTier({ argv: [tool, ...args] }) {
  const { code, stdout, stderr } = await run([join(ROOT, 'node_modules/.bin', tool), ...args], {
    cwd: ROOT,
    timeoutMs: TIMEOUT_MS,
  });
  if (code === 0) return { passed: 1, failed: 0, skipped: 0 };
  console.log(`${stdout}${stderr}`.trim());
  return { passed: 0, failed: 1, skipped: 0 };
}
