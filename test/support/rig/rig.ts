import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import type { Event } from '../../../src/journal/events.ts';
import { FakeEngine } from './fake-engine.ts';
import { type CliEnd, RunningCli } from './running-cli.ts';
import { ToolCall, type ToolCallFacts } from './tool-call.ts';
import { within } from './within.ts';

const TOOL = resolve(import.meta.dirname, 'tool.mjs');
const PLUGINS = ['docker-compose', 'docker-buildx'];

/** What every command asks first, by its first two words. */
const ALWAYS_ASKED = {
  'docker info': '"27.0.0" "rig-engine"\n',
  'docker-compose version': '2.40.3\n',
  'docker-buildx version': 'github.com/docker/buildx v0.29.1 abc\n',
};

/** What a standing answer does with a call; it has to end it. */
export type Answer = (call: ToolCall) => Promise<unknown>;

/** Health and retry settings under which a run with a fake engine takes no time. */
const QUICK = {
  health: { startup_grace: '0s', interval: '50ms', retries: 1, stable_for: '0s' },
  retry: { max_attempts: 1 },
};

/**
 * The real command line between a fake `docker`, Compose and buildx, which do what the test says when it says it, and a fake Engine
 * API. What every run asks first (versions, the model) is answered by itself, unless the test sets another answer.
 */
export class Rig {
  readonly project = 'rig';
  readonly engine = new FakeEngine();
  /** Every call of a tool so far. */
  readonly calls: ToolCall[] = [];
  readonly root: string;
  readonly #folder: string;
  readonly #server: Server;
  readonly #answers: { readonly match: RegExp; readonly answer: Answer }[] = [];
  readonly #unclaimed: ToolCall[] = [];
  readonly #clis: RunningCli[] = [];
  #wakers: (() => void)[] = [];
  #services: Readonly<Record<string, object>> = {};

  /** A rig that is gone, with all its processes, when the test ends; a concurrent test gives its own `onTestFinished`. */
  static async open(whenFinished = onTestFinished): Promise<Rig> {
    const rig = new Rig();
    whenFinished(() => rig.#close());
    await rig.#start();
    return rig;
  }

  private constructor() {
    this.#folder = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-rig-')));
    this.root = join(this.#folder, 'fleet');
    mkdirSync(this.root);
    this.#server = createServer((socket) => this.#connected(socket));
  }

  /** Writes files of the fleet's folder, path to text. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      writeFileSync(join(this.root, path), text);
    }
  }

  /** Makes a fleet of services that are built, with Compose keys that differ. */
  fleet(services: Readonly<Record<string, object>>, config: Readonly<Record<string, unknown>> = {}): void {
    this.#services = services;
    for (const name of Object.keys(services)) this.write({ [`${name}/Dockerfile`]: 'FROM scratch\nCOPY . /\n' });
    const written = Object.entries(services).map(([name, keys]) => [name, { build: `./${name}`, ...keys }]);
    this.write({
      'docker-compose.yml': stringify({ name: this.project, services: Object.fromEntries(written) }),
      'slipway.yaml': stringify({ ...QUICK, ...config }),
    });
  }

  /** From now on calls that match are answered like this; the newest answer that matches counts. */
  answer(match: RegExp, answer: Answer): void {
    for (const line of Object.keys(ALWAYS_ASKED)) if (match.test(line)) rmSync(this.#recording(line), { force: true });
    this.#answers.unshift({ match, answer });
  }

  /** Every call is reported from now on; else a recording answers what is asked each time, which spares the start of a process. */
  reportAll(): void {
    for (const [line, text] of Object.entries(ALWAYS_ASKED)) this.answer(new RegExp(`^${line}`), says(text));
  }

  /** No `docker` on the PATH any more. */
  uninstallDocker(): void {
    rmSync(this.#toolPath('docker'));
  }

  /** Compose and buildx are no more found where plugins are; the machine's own must not be taken instead. */
  hidePlugins(): void {
    for (const tool of PLUGINS)
      writeFileSync(this.#toolPath(tool), `#!/bin/sh\nexec docker ${tool.replace('docker-', '')} "$@"\n`);
  }

  /** Starts the command line in the fleet's folder. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCli {
    const cli = new RunningCli(args, { cwd: this.root, env: { ...this.env, ...env } });
    this.#clis.push(cli);
    return cli;
  }

  /** Runs the command line to its end. */
  async slipway(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliEnd> {
    return within(this.start(args, env).ended, () => `slipway ${args.join(' ')} does not end; ${this.#sofar()}`);
  }

  /** The environment in which only the fakes can be found. */
  get env(): Record<string, string> {
    return {
      PATH: join(this.#folder, 'bin'),
      HOME: join(this.#folder, 'home'),
      DOCKER_CONFIG: join(this.#folder, 'docker'),
      DOCKER_HOST: `unix://${join(this.#folder, 'engine.sock')}`,
      NO_COLOR: '1',
    };
  }

  /** The next call that matches and that no answer takes. */
  async call(match: RegExp): Promise<ToolCall> {
    const claim = async () => {
      for (;;) {
        const index = this.#unclaimed.findIndex((call) => match.test(call.line));
        if (index >= 0) return this.#unclaimed.splice(index, 1)[0]!;
        await this.#nextCall();
      }
    };
    return within(claim(), () => `no call matches ${match}; ${this.#sofar()}`);
  }

  /** The first call that matches, also when an answer has taken it. */
  async called(match: RegExp): Promise<ToolCall> {
    const seen = async () => {
      for (;;) {
        const call = this.calls.find(({ line }) => match.test(line));
        if (call) return call;
        await this.#nextCall();
      }
    };
    return within(seen(), () => `no call matches ${match}; ${this.#sofar()}`);
  }

  /** Calls that match and that nobody has taken yet. */
  waiting(match: RegExp): readonly ToolCall[] {
    return this.#unclaimed.filter((call) => match.test(call.line));
  }

  /** The bake call of a service. */
  bake(service: string): Promise<ToolCall> {
    return this.call(new RegExp(`^docker-buildx bake .* ${service}$`));
  }

  /** Ends a bake call well: the candidate is on the engine. */
  async finishBake(bake: ToolCall): Promise<void> {
    const target = bake.facts.args.at(-1)!;
    const file = JSON.parse(await bake.stdin()) as { target: Record<string, { tags: string[] }> };
    this.engine.addImage(file.target[target]!.tags[0]!);
    await bake.exit();
  }

  /** Ends an `up` call well: one container runs the image that the live tag has. */
  async finishUp(up: ToolCall): Promise<void> {
    const service = up.facts.args.at(-1)!;
    this.engine.runService(
      this.project,
      service,
      this.engine.images.get(`${this.project}-${service}:latest`) ?? this.engine.images.get(`${this.project}-${service}`)!,
    );
    await up.exit();
  }

  /** Every file and folder of the fleet. */
  files(): string[] {
    return readdirSync(this.root, { recursive: true, encoding: 'utf8' }).sort();
  }

  /** Files of the fleet whose bytes hold the text. */
  filesHolding(text: string): string[] {
    return this.files().filter((path) => {
      const whole = join(this.root, path);
      return statSync(whole).isFile() && readFileSync(whole).includes(text);
    });
  }

  /** The events of the newest run. */
  journal(): Event[] {
    const runs = join(this.root, '.slipway/runs');
    const newest = existsSync(runs) ? readdirSync(runs).sort().at(-1) : undefined;
    if (newest === undefined) return [];
    const lines = readFileSync(join(runs, newest, 'journal.ndjson'), 'utf8')
      .split('\n')
      .filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Event);
  }

  /** Lets every later `up` succeed by itself. */
  finishUps(): void {
    this.answer(/^docker-compose .* up /, (up) => this.finishUp(up));
  }

  /** The model as Compose renders it. */
  rendered(): string {
    const services = Object.entries(this.#services).map(([name, keys]) => [
      name,
      { build: { context: join(this.root, name), dockerfile: 'Dockerfile' }, networks: { default: null }, ...keys },
    ]);
    return JSON.stringify({
      name: this.project,
      services: Object.fromEntries(services),
      networks: { default: { name: 'rig_default' } },
    });
  }

  async #start(): Promise<void> {
    mkdirSync(join(this.#folder, 'home'));
    for (const tool of ['docker', ...PLUGINS]) {
      const path = this.#toolPath(tool);
      mkdirSync(dirname(path), { recursive: true });
      const recording = `'${this.#recording(tool)} '"$1"`;
      const answerOrAsk = `[ -f ${recording} ] && exec /bin/cat ${recording}`;
      writeFileSync(path, `#!/bin/sh\n${answerOrAsk}\nexec '${process.execPath}' '${TOOL}' '${this.#socketPath}' ${tool} "$@"\n`);
      chmodSync(path, 0o755);
    }
    for (const [line, text] of Object.entries(ALWAYS_ASKED)) writeFileSync(this.#recording(line), text);
    this.answer(/^docker-compose .* config --format json/, (call) => says(this.rendered())(call));
    this.answer(/^docker-compose .* build --print/, (call) => says(JSON.stringify(this.#bakeFile()))(call));
    await new Promise<void>((listening) => this.#server.listen(this.#socketPath, listening));
    await this.engine.listen(join(this.#folder, 'engine.sock'));
  }

  async #close(): Promise<void> {
    for (const cli of this.#clis) cli.signal('SIGKILL');
    await Promise.all(this.#clis.map((cli) => cli.ended));
    await Promise.all(this.calls.map((call) => call.exit()));
    this.#server.close();
    await this.engine.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #toolPath(tool: string): string {
    return tool === 'docker' ? join(this.#folder, 'bin/docker') : join(this.#folder, 'docker/cli-plugins', tool);
  }

  /** The file with the answer to a call, or how such files of a tool begin. */
  #recording(line: string): string {
    return join(this.#folder, line);
  }

  get #socketPath(): string {
    return join(this.#folder, 'tools.sock');
  }

  #connected(socket: Socket): void {
    let call: ToolCall | null = null;
    socket.on('error', () => {});
    const lines = createInterface({ input: socket });
    // A tool that is killed takes its connection down with it.
    lines.on('error', () => {});
    lines.on('line', (line) => {
      const message: unknown = JSON.parse(line);
      if (call) return call.hear(message as Parameters<ToolCall['hear']>[0]);
      call = new ToolCall(message as ToolCallFacts, socket);
      this.#called(call);
    });
  }

  #called(call: ToolCall): void {
    this.calls.push(call);
    const found = this.#answers.find(({ match }) => match.test(call.line));
    if (found) void found.answer(call);
    else this.#unclaimed.push(call);
    for (const wake of this.#wakers.splice(0)) wake();
  }

  #nextCall(): Promise<void> {
    return new Promise((wake) => this.#wakers.push(wake));
  }

  #bakeFile(): unknown {
    const targets = Object.keys(this.#services).map((name) => [
      name,
      { context: join(this.root, name), dockerfile: 'Dockerfile', tags: [`${this.project}-${name}`] },
    ]);
    return { target: Object.fromEntries(targets) };
  }

  #sofar(): string {
    return `so far:\n${this.calls.map((call) => call.line).join('\n')}`;
  }
}

/** Prints the text on stdout and ends well. */
export function says(text: string): Answer {
  return async (call) => {
    await call.stdout(text);
    await call.exit();
  };
}

/** Prints the text on stderr and fails. */
export function refuses(text: string, code = 1): Answer {
  return async (call) => {
    await call.stderr(text);
    await call.exit(code);
  };
}
