import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { isAlive } from './alive.ts';
import { type CrashService, composeOf, dockerfileOf, testOf } from './crash-services.ts';
import { inspect } from './engine-facts.ts';
import { EngineProxy } from './engine-proxy.ts';
import { EngineWatch, type Seen } from './engine-watch.ts';
import { eventually } from './eventually.ts';
import { FleetFolder } from './fleet-folder.ts';
import { type Running, startRunning } from './running.ts';

const BUNDLE = resolve(import.meta.dirname, '../../dist/slipway.mjs');

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
    await this.folder.compose(Object.fromEntries(Object.entries(this.services).map(([name, s]) => [name, composeOf(name, s)])));
    const services = Object.entries(this.services).map(([name, s]) => ({
      name,
      critical: s.critical ?? false,
      test: testOf(s),
      ...(s.job && { kind: 'one-shot' }),
    }));
    await this.folder.config({
      health: { startup_grace: '1s', interval: '200ms', timeout: '2s', retries: 2, stable_for: 0 },
      categories: { all: { services } },
      ...settings,
    });
    await this.openGate();
    await this.folder.dockerCompose('up', '--detach', '--build', '--quiet-pull');
    await eventually('v1 is well', async () =>
      (await Promise.all(Object.keys(this.services).map((s) => this.isWell(s)))).every(Boolean),
    );
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
        [`${name}/Dockerfile`]: dockerfileOf(`${name} ${version}`, {
          unique: `${this.name}-${name}-${version}`,
          slowBuild: version === 'v1' ? undefined : service.slowBuild,
        }),
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
    const running = startRunning(argv, { cwd: this.folder.root, env });
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

  /** What a service's image says of itself: `name v2`. */
  async versionOf(service: string): Promise<string> {
    return inspect(await this.folder.container(service), '{{index .Config.Labels "test.version"}}');
  }

  /** Whether its container runs and is healthy, or has done its job. */
  async isWell(service: string): Promise<boolean> {
    const format = '{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.ExitCode}}{{end}}';
    const state = await inspect(await this.folder.container(service), format);
    return state === (this.services[service]!.job ? 'exited 0' : 'running healthy');
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

function environOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
