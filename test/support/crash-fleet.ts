import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Event } from '../../src/journal/events.ts';
import type { StepKind } from '../../src/plan/types.ts';
import { isAlive } from './alive.ts';
import { containersFor, docker, inspect, tagsOf } from './engine-facts.ts';
import { EngineProxy } from './engine-proxy.ts';
import { EngineWatch, type Seen } from './engine-watch.ts';
import { eventually } from './eventually.ts';
import { FleetFolder } from './fleet-folder.ts';

const BUNDLE = resolve(import.meta.dirname, '../../dist/slipway.mjs');

/** How a service of a crash fleet makes a moment last. */
export interface CrashService {
  readonly dependsOn?: readonly string[];
  /** Seconds that the first build of each version takes; a second one takes none. */
  readonly slowBuild?: number;
  /** The test waits until the fleet's gate is opened. */
  readonly slowTest?: boolean;
  readonly tested?: boolean;
  /** TERM ends it after two seconds only. */
  readonly stubborn?: boolean;
  /** Is healthy only once the fleet's gate is opened. */
  readonly slowHealth?: boolean;
  readonly critical?: boolean;
}

/** A process of Slipway under way. */
export interface Running {
  readonly pid: number;
  /** Events that `--output json` has printed so far. */
  readonly events: readonly Event[];
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly text: string }>;
  signal(name: NodeJS.Signals): void;
  /** Waits for an event of its own output. */
  until(what: string, matches: (event: Event) => boolean): Promise<Event>;
}

/** A small fleet that runs version v1, is about to become v2, and whose run can be stopped anywhere. */
export class CrashFleet {
  readonly folder = new FleetFolder();
  readonly services: Readonly<Record<string, CrashService>>;
  readonly #home = mkdtempSync(join(tmpdir(), 'slipway-crash-'));
  readonly #begun: Running[] = [];
  proxy!: EngineProxy;
  watch!: EngineWatch;
  /** Where the account of the present run begins, on the engine and at buildx. */
  #baseline: { readonly seen: number; readonly builds: Readonly<Record<string, number>> } = { seen: 0, builds: {} };

  constructor(services: Readonly<Record<string, CrashService>>) {
    this.services = services;
  }

  get name(): string {
    return this.folder.name;
  }

  /** Brings v1 up with plain Compose and writes v2. */
  async begin(settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
    mkdirSync(join(this.folder.root, 'gate'), { recursive: true });
    this.proxy = await EngineProxy.start(this.#home);
    this.watch = await EngineWatch.start(this.name);
    await this.write('v1');
    await this.folder.compose(Object.fromEntries(Object.entries(this.services).map(([name, s]) => [name, compose(name, s)])));
    const services = Object.entries(this.services).map(([name, s]) => ({ name, critical: s.critical ?? false, test: test(s) }));
    await this.folder.config({
      health: { startup_grace: '1s', interval: '200ms', timeout: '2s', retries: 2, stable_for: 0 },
      categories: { all: { services } },
      ...settings,
    });
    await this.openGate();
    await this.folder.dockerCompose('up', '--detach', '--build', '--wait', '--quiet-pull');
    rmSync(join(this.folder.root, 'gate/open'));
    await this.beginRun('v2');
  }

  /** Writes another version; from now on is counted what is done for it. */
  async beginRun(version: string): Promise<void> {
    await this.write(version);
    this.#baseline = { seen: await this.watch.now(), builds: this.#allBuilds() };
  }

  /** What the engine told since the present run began. */
  get seen(): readonly Seen[] {
    return this.watch.seen.slice(this.#baseline.seen);
  }

  /** Sets the version of every service's sources. */
  async write(version: string): Promise<void> {
    for (const [name, service] of Object.entries(this.services)) {
      await this.folder.write({
        [`${name}/version`]: `${name} ${version}\n`,
        [`${name}/Dockerfile`]: dockerfile(`${this.name}-${name}-${version}`, version === 'v1' ? {} : service),
      });
    }
  }

  /** Lets slow tests end and slow services become healthy. */
  openGate(): Promise<void> {
    return this.folder.write({ 'gate/open': '' });
  }

  /** Starts `slipway ARGS --output json`; through the proxy unless told otherwise. */
  start(args: readonly string[], options: { direct?: boolean; bundle?: string; env?: Record<string, string> } = {}): Running {
    const env = { ...this.environment(options.direct ? {} : { DOCKER_HOST: this.proxy.host }), ...options.env };
    const argv = [options.bundle ?? BUNDLE, ...args, ...(args[0] === 'rebuild' ? ['--output', 'json'] : [])];
    const running = begin(argv, { cwd: this.folder.root, env });
    this.#begun.push(running);
    return running;
  }

  /** Runs `slipway ARGS` to its end, straight to the engine. */
  async run(...args: readonly string[]) {
    return this.start(args, { direct: true }).ended;
  }

  environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    const { PATH = '', HOME = '' } = process.env;
    const own = { XDG_CONFIG_HOME: join(this.#home, 'config'), DOCKER_CONFIG: join(this.#home, 'docker') };
    return { PATH, HOME, NO_COLOR: '1', ...own, ...more };
  }

  /** Builds that were begun for the present run: buildx keeps a reference for each. */
  buildsOf(service: string): number {
    return (this.#allBuilds()[service] ?? 0) - (this.#baseline.builds[service] ?? 0);
  }

  #allBuilds(): Record<string, number> {
    const folder = join(this.#home, 'docker/buildx/refs/default/default');
    const begun: Record<string, number> = {};
    for (const file of existsSync(folder) ? readdirSync(folder) : []) {
      const { LocalPath } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { LocalPath: string };
      const service = LocalPath.split('/').at(-1)!;
      begun[service] = (begun[service] ?? 0) + 1;
    }
    return begun;
  }

  /** Processes that were started for this fleet and are alive: they carry its folder in their environment. */
  processes(): number[] {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map(Number).filter((pid) => isAlive(pid) && environOf(pid).includes(this.#home));
  }

  /** What a service's image says of itself. */
  versionOf(service: string): Promise<string> {
    return this.folder.container(service).then((id) => docker('exec', id, 'cat', '/www/version'));
  }

  /** Ends what may still run and removes everything. */
  async remove(): Promise<void> {
    for (const pid of this.processes()) process.kill(pid, 'SIGKILL');
    await Promise.all(this.#begun.map((r) => r.ended));
    this.watch?.stop();
    await this.proxy?.close();
    await this.folder.remove();
    rmSync(this.#home, { recursive: true, force: true });
  }
}

/** A begun crash fleet that is gone when the test ends. */
export async function crashFleet(
  services: Readonly<Record<string, CrashService>>,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<CrashFleet> {
  const fleet = new CrashFleet(services);
  onTestFinished(() => fleet.remove());
  await fleet.begin(settings);
  return fleet;
}

/** Every service is new, healthy and as its tag says; nothing strays; a plain `up` finds nothing to do. */
export async function expectWhole(fleet: CrashFleet, version = 'v2'): Promise<void> {
  const { folder, name } = fleet;
  const before = await folder.containers();
  for (const service of Object.keys(fleet.services)) {
    expect(await fleet.versionOf(service), service).toBe(`${service} ${version}`);
    const [state, image] = (
      await inspect(await folder.container(service), '{{.State.Status}} {{.State.Health.Status}}|{{.Image}}')
    ).split('|');
    expect(state, service).toBe('running healthy');
    expect(image, service).toBe((await tagsOf(`${name}-${service}:latest`))[`${name}-${service}:latest`]);
  }
  await expectNothingStray(fleet);
  await folder.dockerCompose('up', '--detach');
  expect(await folder.containers(), 'containers after a plain up').toEqual(before);
}

/** No helper or temporary container, no candidate, no lock, no half-written file, no process. */
export async function expectNothingStray(fleet: CrashFleet): Promise<void> {
  const { folder, name } = fleet;
  const names = (await containersFor(name)).map((line) => line.split(' ')[1]!).sort();
  expect(names, 'containers').toEqual(
    Object.keys(fleet.services)
      .map((s) => `${name}-${s}-1`)
      .sort(),
  );
  expect(
    Object.keys(await tagsOf(name)).filter((tag) => tag.includes('candidate')),
    'candidate tags',
  ).toEqual([]);
  expect(readdirSync(join(folder.root, '.slipway')).sort(), 'files of .slipway').toEqual(['releases', 'runs']);
  const files = readdirSync(folder.root, { recursive: true, encoding: 'utf8' });
  expect(
    files.filter((file) => file.endsWith('.tmp')),
    'temporary files',
  ).toEqual([]);
  await eventually('no process is left', () => fleet.processes().length === 0, 5000);
}

/** What had a recorded success was not done again, by the engine's and buildx's own account. A verdict is no act: after a crash it is given anew. */
export async function expectNothingTwice(fleet: CrashFleet, run: string): Promise<void> {
  await fleet.watch.now();
  const journal = fleet.folder.journal(run);
  for (const service of Object.keys(fleet.services)) {
    const mine = journal.filter((e) => 'service' in e && e.service === service);
    for (const kind of ['backup', 'build', 'test', 'replace'] as const) {
      const intents = mine.filter((e) => e.type === 'step-intent' && e.intent.kind === kind);
      const done = mine.filter((e) => e.type === 'step-outcome' && e.kind === kind && e.outcome.status === 'done');
      expect(done.length, `successes: ${kind} of ${service}`).toBeLessThanOrEqual(1);
      const after = intents.filter((intent) => done.some((success) => success.seq < intent.seq));
      expect(after, `begun after its success: ${kind} of ${service}`).toEqual([]);
      expect(actsOf(fleet, { run, service, kind }), `${kind} of ${service}`).toBeLessThanOrEqual(intents.length);
    }
  }
}

/** How often something was done, told by those who did it. */
function actsOf(fleet: CrashFleet, of: { readonly run: string; readonly service: string; readonly kind: StepKind }): number {
  const { run, service, kind } = of;
  const tagged = (tag: string) => (e: Seen) => e.what === 'image tag' && e.name.startsWith(`${fleet.name}-${service}:${tag}`);
  const created = (role: Seen['role']) => (e: Seen) => e.what === 'container create' && e.role === role && e.service === service;
  const count = (is: (event: Seen) => boolean) => fleet.seen.filter(is).length;
  if (kind === 'backup') return count(tagged('pre-'));
  if (kind === 'build') return Math.max(fleet.buildsOf(service), count(tagged(`candidate-${run}`)));
  if (kind === 'test') return count(created('test'));
  return kind === 'replace' ? count(created('service')) : 0;
}

function begin(argv: readonly string[], options: { cwd: string; env: Record<string, string> }): Running {
  const child = spawn(process.execPath, argv, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const events: Event[] = [];
  let text = '';
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith('{"v":')) events.push(JSON.parse(line));
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const ended = new Promise<Awaited<Running['ended']>>((done) => {
    child.on('close', (code, signal) => done({ code, signal, text }));
  });
  return {
    pid: child.pid!,
    events,
    ended,
    signal: (name) => void child.kill(name),
    until: (what, matches) =>
      eventually(
        () => `${what}; so far:\n${text.slice(-3000)}`,
        () => events.find(matches) ?? (child.exitCode !== null && failed(what, text)),
      ),
  };
}

function failed(what: string, text: string): never {
  throw new Error(`slipway ended before: ${what}\n${text.slice(-6000)}`);
}

function environOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

function compose(name: string, service: CrashService): object {
  const needed = (service.dependsOn ?? []).map((other) => [other, { condition: 'service_healthy' }]);
  const trap = service.stubborn ? "trap 'sleep 2; exit 0' TERM" : 'trap "exit 0" TERM';
  return {
    build: `./${name}`,
    init: true,
    stop_grace_period: '6s',
    command: ['sh', '-c', `${trap}; while :; do sleep 3600 & wait $$!; done`],
    volumes: ['./gate:/gate:ro'],
    healthcheck: {
      test: ['CMD', 'test', '-e', service.slowHealth ? '/gate/open' : '/www/version'],
      interval: '30s',
      timeout: '5s',
      retries: 60,
      start_period: '60s',
      start_interval: '200ms',
    },
    ...(needed.length > 0 && { depends_on: Object.fromEntries(needed) }),
  };
}

function dockerfile(cache: string, { slowBuild }: CrashService): string {
  const wait = `if [ ! -e /cache/seen ]; then touch /cache/seen; sleep ${slowBuild}; fi; : ${cache}`;
  return [
    'FROM slipway-base-busybox:bookworm',
    'COPY version /www/version',
    ...(slowBuild !== undefined ? [`RUN --mount=type=cache,target=/cache,id=${cache},sharing=locked ${wait}`] : []),
    'CMD ["sh"]',
    '',
  ].join('\n');
}

function test({ slowTest, tested }: CrashService): object {
  if (slowTest) return { command: ['sh', '-c', 'until [ -e /gate/open ]; do sleep 0.1; done'], mounts: ['./gate:/gate'] };
  return { command: tested ? ['test', '-e', '/www/version'] : null };
}
