import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { isAlive } from './alive.ts';
import { type CrashService, composeOf, configOf, dockerfileOf, type Flaw } from './crash-services.ts';
import { docker } from './engine-facts.ts';
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
  /** The version of each service's sources. */
  readonly written: Record<string, string> = {};
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

  /** Brings v1 up with plain Compose. */
  async begin(settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
    mkdirSync(join(this.folder.root, 'gate'), { recursive: true });
    this.proxy = await EngineProxy.start(this.#home);
    this.watch = await EngineWatch.start(this.name);
    await this.write('v1');
    const entries = Object.entries(this.services);
    const volumes = Object.fromEntries(entries.filter(([, s]) => s.data === 'named').map(([name]) => [`${name}-data`, {}]));
    await this.folder.compose(Object.fromEntries(entries.map(([name, s]) => [name, composeOf(name, s)])), { volumes });
    await this.folder.config({
      health: { startup_grace: '1s', interval: '200ms', timeout: '2s', retries: 2, stable_for: 0 },
      categories: { all: { services: entries.map(([name, s]) => configOf(name, s)) } },
      ...settings,
    });
    await this.openGate();
    await this.folder.dockerCompose('up', '--detach', '--build', '--quiet-pull');
    await eventually('v1 is well', async () => Object.values(await this.look()).every(({ well }) => well));
    for (const [name, { data }] of entries) if (data) await this.keepData(name);
    rmSync(join(this.folder.root, 'gate/open'));
  }

  /** Writes another version; from now on is counted what is done for it. */
  async beginRun(version: string, flaws: Readonly<Record<string, Flaw>> = {}, services?: readonly string[]): Promise<void> {
    await this.write(version, flaws, services);
    this.#baseline = { seen: await this.watch.now(), builds: this.#allBuilds() };
  }

  /** What the engine told since the present run began. */
  get seen(): readonly Seen[] {
    return this.watch.seen.slice(this.#baseline.seen);
  }

  /** Sets the version of these services' sources, with what is wrong with them. */
  async write(
    version: string,
    flaws: Readonly<Record<string, Flaw>> = {},
    services: readonly string[] = Object.keys(this.services),
  ): Promise<void> {
    for (const name of services) {
      const service = this.services[name]!;
      this.written[name] = version;
      await this.folder.write({
        [`${name}/version`]: `${name} ${version}\n`,
        [`${name}/Dockerfile`]: dockerfileOf(`${name} ${version}`, {
          unique: `${this.name}-${name}-${version}`,
          slowBuild: version === 'v1' ? undefined : service.slowBuild,
          bulkMb: version === 'v1' ? undefined : service.bulkMb,
          flaw: flaws[name],
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
    const { PATH = '', HOME = '', DOCKER_HOST } = process.env;
    const own = { XDG_CONFIG_HOME: join(this.#home, 'config'), DOCKER_CONFIG: join(this.#home, 'docker') };
    return { PATH, HOME, NO_COLOR: '1', ...(DOCKER_HOST && { DOCKER_HOST }), ...own, ...more };
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

  /** How the one container of each service stands; those of `maybeGone` may have none, and are then left out. */
  async look(maybeGone: readonly string[] = []): Promise<Record<string, Standing>> {
    const containers = await this.folder.containers();
    const ids = Object.values(containers).flat();
    const seen = new Map((JSON.parse(await docker('inspect', ...ids)) as Inspected[]).map((c) => [c.Id, c]));
    const there = Object.entries(this.services).filter(([name]) => containers[name] || !maybeGone.includes(name));
    const standings = there.map(([service, { job }]) => {
      const found = (containers[service] ?? []).map((id) => seen.get(id)!);
      if (found.length !== 1) throw new Error(`${service} has ${found.length} containers`);
      const { Id, Image, State, Config } = found[0]!;
      const health = State.Health?.Status;
      const well = job ? State.Status === 'exited' && State.ExitCode === 0 : State.Running && (health ?? 'healthy') === 'healthy';
      return [service, { container: Id, image: Image, version: Config.Labels['test.version'] ?? '', well }] as const;
    });
    return Object.fromEntries(standings);
  }

  /** What a service's image says of itself: `name v2`. */
  async versionOf(service: string): Promise<string> {
    return (await this.look())[service]!.version;
  }

  /** Puts something into a service's volume that only this service has. */
  async keepData(service: string): Promise<void> {
    await docker('exec', await this.folder.container(service), 'sh', '-c', `echo ${this.name} ${service} > /data/kept`);
  }

  /** Whether a service still has what it was given to keep. */
  async hasData(service: string): Promise<boolean> {
    const kept = await docker('exec', await this.folder.container(service), 'cat', '/data/kept').catch(() => '');
    return kept === `${this.name} ${service}`;
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

/** A service's container; `version` is what its image says of itself, `well` = it runs and is not unhealthy, or has done its job. */
interface Standing {
  readonly container: string;
  readonly image: string;
  readonly version: string;
  readonly well: boolean;
}

interface Inspected {
  readonly Id: string;
  readonly Image: string;
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly ExitCode: number;
    readonly Health?: { readonly Status: string };
  };
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
}

/** A begun crash fleet whose sources are v2, gone when the test ends. */
export async function crashFleet(
  services: Readonly<Record<string, CrashService>>,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<CrashFleet> {
  const fleet = new CrashFleet(services);
  onTestFinished(() => fleet.remove());
  await fleet.begin(settings);
  await fleet.beginRun('v2');
  return fleet;
}

function environOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
