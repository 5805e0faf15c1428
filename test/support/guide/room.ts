import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { cliEnv } from '../cli.ts';
import { eventually } from '../eventually.ts';
import type { PrivateEngine } from '../private-engine.ts';
import { programIn, type TerminalSession } from '../terminal.ts';
import type { GuideBlock } from './blocks.ts';

const TIMEOUT_MS = 200_000;
/** What an operator's terminal shows without scrolling. */
const SIZE = { columns: 120, rows: 40 };

/** How a piece of shell ended, with all that it printed. */
interface ShellEnd {
  readonly exitCode: number;
  readonly text: string;
}

/** A piece of shell that goes on. */
export interface BegunShell {
  /** It leads a process group of its own. */
  readonly pid: number;
  readonly ended: Promise<ShellEnd>;
  /** What it has printed so far. */
  text(): string;
  isOver(): boolean;
}

/** An operator's machine: the fleet's folder, an engine that nobody else uses, and a shell whose folder and exports last from block to block. */
export class GuideRoom {
  /** The fleet. */
  readonly folder: string;
  readonly #engine: PrivateEngine;
  readonly #home: string;
  readonly #state: string;
  readonly #begun: BegunShell[] = [];
  readonly #open: { readonly block: GuideBlock; readonly session: TerminalSession }[] = [];

  constructor(engine: PrivateEngine, root: string) {
    this.#engine = engine;
    this.folder = join(root, 'homeiq');
    this.#home = join(root, 'home');
    this.#state = join(root, 'shell');
    for (const folder of [this.folder, this.#home]) mkdirSync(folder, { recursive: true });
    writeFileSync(this.#state, `cd ${this.folder}\n`);
  }

  /** Runs a block of a page as it says itself. */
  async run(block: GuideBlock): Promise<void> {
    if (block.staysOpen) return this.#leaveOpen(block);
    const script = `trap '{ declare -px; printf "cd %q\\n" "$PWD"; } >"$SHELL_STATE"' EXIT\n${block.code}\n`;
    const child = this.#start(script, { network: block.needsNetwork ? 'machine' : 'engine' });
    if (block.ctrlCAfter !== null) await this.#press(child, block);
    expectEnd(block, await child.ended);
  }

  /** Looks at the programs that were left open, and ends them as their blocks say. */
  async closeAll(): Promise<void> {
    for (const { block, session } of this.#open.splice(0)) {
      const seen = (text: string) => session.screen().some((line) => line.includes(text));
      for (const text of block.shows) await session.until(`${block.at} shows ${text}`, () => seen(text));
      session.type(block.staysOpen!.keys);
      const { code } = await session.ended;
      if (code !== 0) throw new Error(`${block.at}: it ended with ${code}\n${session.written().slice(-2000)}`);
    }
  }

  /** Kills what a block or a situation has left behind when it failed. */
  killAll(): void {
    for (const { pid } of this.#begun.filter((child) => !child.isOver())) process.kill(-pid, 'SIGKILL');
  }

  /** Runs shell text in the fleet's folder, whatever the operator's shell is at, and expects this exit code; what it printed. */
  async sh(script: string, exitCode = 0): Promise<string> {
    const end = await this.begin(script).ended;
    if (end.exitCode !== exitCode) throw new Error(`ended with ${end.exitCode} and not ${exitCode}: ${script}\n${end.text}`);
    return end.text;
  }

  /** Starts shell text in the fleet's folder. */
  begin(script: string): BegunShell {
    return this.#start(`cd ${this.folder}\n${script}`, { network: 'engine' });
  }

  /** Changes a file of the fleet. */
  edit(path: string, change: (text: string) => string): void {
    const file = join(this.folder, path);
    const before = readFileSync(file, 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`nothing to change in ${path}`);
    writeFileSync(file, after);
  }

  /** Makes a file or folder of the fleet what it is in another one. */
  takeFrom(other: string, path: string): void {
    rmSync(join(this.folder, path), { recursive: true, force: true });
    cpSync(join(other, path), join(this.folder, path), { recursive: true, verbatimSymlinks: true });
  }

  #start(script: string, { network }: { readonly network: 'engine' | 'machine' }): BegunShell {
    const text = `set -e\n. "$SHELL_STATE" 2>/dev/null\n${script}`;
    const enter = network === 'engine' ? this.#engine.inside : ['env'];
    const how = { all: true, reject: false, stdin: 'ignore', timeout: TIMEOUT_MS, detached: true } as const;
    const [file = '', ...args] = [...enter, 'bash', '--norc', '-c', text];
    // What an operator has; on a CI machine `slipway monitor` draws once.
    const { CI: _, ...machine } = process.env;
    const env = network === 'machine' ? { ...machine, ...this.#env(process.env.HOME!) } : this.#env(this.#home);
    const child = execa(file, args, { ...how, env: { ...env, DOCKER_HOST: this.#engine.host }, extendEnv: false });
    let printed = '';
    child.all.on('data', (more: Buffer) => {
      printed += more.toString();
    });
    const ended = child.then(({ exitCode, all }) => ({ exitCode: exitCode ?? -1, text: all }));
    const isOver = () => child.exitCode !== null || child.signalCode !== null;
    const begun = { pid: child.pid!, ended, text: () => printed, isOver };
    this.#begun.push(begun);
    return begun;
  }

  #env(home: string): Record<string, string> {
    const own = { HOME: home, DOCKER_HOST: this.#engine.host, XDG_CONFIG_HOME: this.#home, SHELL_STATE: this.#state };
    return { ...cliEnv(own), SHELL: '/bin/bash' };
  }

  async #press(child: BegunShell, { at, ctrlCAfter }: GuideBlock): Promise<void> {
    await eventually(
      () => `${at} prints ${ctrlCAfter}; it printed\n${child.text()}`,
      () => {
        if (child.isOver()) throw new Error(`${at} ended before Ctrl-C:\n${child.text()}`);
        return child.text().includes(ctrlCAfter!);
      },
    );
    // A terminal tells all programs in it.
    process.kill(-child.pid, 'SIGINT');
  }

  #leaveOpen(block: GuideBlock): void {
    const [file = '', ...args] = [...this.#engine.inside, 'bash', '--norc', '-c', `. "$SHELL_STATE" 2>/dev/null\n${block.code}`];
    const session = programIn(SIZE, [file, ...args], { cwd: this.folder, env: this.#env(this.#home) });
    this.#open.push({ block, session });
  }

  /** Whether a path of the fleet is there. */
  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }
}

/** After Ctrl-C programs end as they like. */
function expectEnd({ at, code, exitCode, shows, ctrlCAfter }: GuideBlock, end: ShellEnd): void {
  const missing = shows.filter((text) => !end.text.includes(text));
  if ((ctrlCAfter !== null || end.exitCode === exitCode) && missing.length === 0) return;
  const wrong =
    end.exitCode === exitCode ? `it does not show ${missing.join(', ')}` : `it ended with ${end.exitCode} and not ${exitCode}`;
  throw new Error(`${at}: ${wrong}\n\n${code}\n\nprinted\n\n${end.text}`);
}
