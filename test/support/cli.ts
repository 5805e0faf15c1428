import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkBundle } from '../../scripts/setup/cli-bundle.mjs';
import { ROOT } from '../../scripts/setup/parts.mjs';

/** How a call of the command line ended. */
export interface CliResult {
  /** Null = ended by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and with what it is called; nothing of the test's own environment but PATH and HOME gets through. */
export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** The bundle, built when it is older than the sources. */
export function bundle(): string {
  if (checkBundle(ROOT) !== null) execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: 'inherit' });
  return join(ROOT, 'dist/slipway.mjs');
}

/** The environment of a call: a UTF-8 terminal of an operator. */
export function cliEnv(env: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, LANG: 'C.UTF-8', TERM: 'xterm-256color', ...env };
}

/** Runs `slipway` with these arguments, its output being no terminal. */
export function slipway(args: readonly string[], { cwd, env, input }: CliOptions): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--', bundle(), ...args], { cwd, env: cliEnv(env), stdio: ['pipe', 'pipe', 'pipe'] });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        texts[name] += text;
      });
    }
    child.stdin.end(input ?? '');
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...texts }));
  });
}
