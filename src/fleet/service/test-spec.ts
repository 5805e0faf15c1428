import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { defaultTestCommand } from '../config/defaults.ts';
import type { ConfigService } from '../config-types.ts';
import type { TestSpec } from '../types.ts';

/** The test of a service that the configuration does not name: there is none. */
export function noTest(timeoutMs: number): TestSpec {
  return { command: null, target: null, mounts: [], isolation: 'sandbox', timeoutMs };
}

/** The configured test with the stack's default command; mounts resolve from `directory` and must exist. */
export function testSpec(
  entry: ConfigService,
  { directory, timeoutMs }: { readonly directory: string; readonly timeoutMs: number },
): { readonly test: TestSpec; readonly diagnostics: readonly Diagnostic[] } {
  const { command, target, isolation } = entry.test;
  const mounts = entry.test.mounts.map((written) => parseMount(written, directory));
  const test: TestSpec = {
    command: command === undefined ? defaultTestCommand(entry.stack) : command,
    target,
    mounts,
    isolation,
    timeoutMs: entry.test.timeoutMs ?? timeoutMs,
  };
  return {
    test,
    diagnostics: mounts.filter(({ source }) => !existsSync(source)).map(({ source }) => missingMount(entry, source)),
  };
}

/** The configuration has checked the form `folder:/path/in/container`. */
function parseMount(written: string, directory: string): TestSpec['mounts'][number] {
  const colon = written.lastIndexOf(':/');
  return { source: resolve(directory, written.slice(0, colon)), target: written.slice(colon + 1) };
}

function missingMount(entry: ConfigService, source: string): Diagnostic {
  return {
    code: 'missing-test-mount',
    severity: 'error',
    service: entry.name,
    message: `The test mount ${source} of ${entry.name} does not exist`,
    ...entry.place,
    remedy: 'Correct the path; relative ones start at the project dir',
  };
}
