import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { within } from './within.ts';

const BUNDLE = resolve(import.meta.dirname, '../../../dist/slipway.mjs');

/** How a call of the command line ended. */
export interface CliEnd {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real command line, running. */
export class RunningCli {
  readonly ended: Promise<CliEnd>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';
  #onOutput: () => void = () => {};

  constructor(args: readonly string[], options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> }) {
    this.#child = spawn(process.execPath, [BUNDLE, ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#onOutput();
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#onOutput();
    });
    this.ended = new Promise((done) => {
      this.#child.once('close', (exitCode) => {
        this.#onOutput();
        done({ exitCode, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGKILL'): void {
    this.#child.kill(name);
  }

  /** Resolves once the text has been printed on either output; rejects when it ended without it, or does not come to it. */
  prints(text: string): Promise<void> {
    return within(this.#untilPrinted(text), () => `"${text}" is not printed:\n${this.#stdout}\n${this.#stderr}`);
  }

  async #untilPrinted(text: string): Promise<void> {
    while (!`${this.#stdout}\n${this.#stderr}`.includes(text)) {
      if (!this.isRunning) throw new Error(`it ended without printing "${text}":\n${this.#stdout}\n${this.#stderr}`);
      await new Promise<void>((wake) => {
        this.#onOutput = wake;
      });
    }
  }
}
