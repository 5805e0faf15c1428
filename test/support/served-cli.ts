import { type ChildProcess, spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { bundle, cliEnv } from './cli.ts';
import { eventually } from './eventually.ts';

/** A really started `slipway serve`. */
export class ServedCli {
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly text: string }>;
  readonly #child: ChildProcess;
  #text = '';

  constructor(args: readonly string[], { cwd, env = {} }: { cwd: string; env?: Readonly<Record<string, string>> }) {
    const options = { cwd, env: cliEnv(env), stdio: ['ignore', 'pipe', 'pipe'] as const };
    this.#child = spawn(process.execPath, [bundle(), 'serve', ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.setEncoding('utf8').on('data', (piece: string) => {
        this.#text += piece;
      });
    this.ended = new Promise((resolve) => {
      this.#child.on('close', (code, signal) => resolve({ code, signal, text: this.#text }));
    });
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get text(): string {
    return this.#text;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** The port and the token that it printed, once it listens; `token` is empty when it was given one. */
  async address(): Promise<{ readonly port: number; readonly token: string }> {
    const match = await eventually(
      () => `it listens: ${this.#text}`,
      () => /http:\/\/\S+:(\d+)\/(?:#token=(\S+))?/.exec(this.#text) ?? (this.#child.exitCode !== null && this.#fail()),
    );
    return { port: Number(match[1]), token: match[2] ?? '' };
  }

  #fail(): never {
    throw new Error(`slipway serve ended:\n${this.#text}`);
  }
}
