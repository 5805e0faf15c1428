import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import type { Event } from '../../src/journal/events.ts';
import { slipway } from './cli.ts';
import { BUSYBOX } from './compose-project.ts';
import { docker, removeEverythingOf } from './engine-facts.ts';

/** Health and retry settings under which a run of busybox services takes seconds. */
const QUICK = {
  health: { startup_grace: '1s', interval: '200ms', timeout: '2s', retries: 2, stable_for: '300ms' },
  timeouts: { build: '180s', test: '20s', health: '20s' },
  retry: { max_attempts: 1 },
};

/** How a call of the command line ended. */
export interface CliEnd {
  /** Null = ended by a signal. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, for the message of a failed expectation. */
  readonly text: string;
}

/** One line of the state file. */
export interface StateLine {
  readonly status: string;
  readonly run: string | null;
  readonly image: string | null;
  readonly code: string | null;
}

/** What a tiny HTTP service is made of beside its version. */
export interface TinyService {
  readonly version?: string;
  /** Host port; none is published without one. */
  readonly port?: number;
  /** Lines that end its Dockerfile, after the usual ones. */
  readonly dockerfile?: readonly string[];
  /** Compose keys that differ. */
  readonly compose?: Readonly<Record<string, unknown>>;
}

/** A throwaway fleet: one Compose project with an unused name in a folder of its own, driven by the real bundle on the real engine. */
export class FleetFolder {
  /** Name of the Compose project; its images begin with it too. */
  readonly name = `swt-${randomBytes(4).toString('hex')}`;
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-fleet-')));
  /** Where the key of the releases is kept, outside the fleet's folder. */
  readonly #configHome = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-home-')));
  /** Other projects on the engine that the test made in this folder. */
  readonly alsoNamed: string[] = [];

  /** Writes files, path to text. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.root, path)), { recursive: true });
      await writeFile(join(this.root, path), text);
    }
  }

  /** Writes the Compose file; `rest` holds top-level keys besides the services. */
  async compose(services: Readonly<Record<string, unknown>>, rest: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.write({ 'docker-compose.yml': stringify({ name: this.name, services, ...rest }) });
  }

  /** Writes slipway.yaml: quick settings, and what the test says. */
  async config(config: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.write({ 'slipway.yaml': stringify({ ...QUICK, ...config }) });
  }

  /** Writes the build folder of a service that answers /version and /health from files that its build makes; returns its Compose part. */
  async tiny(name: string, { version = 'v1', port, dockerfile = [], compose = {} }: TinyService = {}): Promise<object> {
    await this.write({
      [`${name}/version`]: `${name} ${version}\n`,
      [`${name}/Dockerfile`]: [
        `FROM ${BUSYBOX}`,
        'COPY version /www/version',
        'RUN echo ok > /www/health',
        'CMD ["httpd", "-f", "-p", "80", "-h", "/www"]',
        ...dockerfile,
        '',
      ].join('\n'),
    });
    const published = port === undefined ? {} : { ports: [`127.0.0.1:${port}:80`] };
    return { build: `./${name}`, init: true, stop_grace_period: '1s', ...published, ...compose };
  }

  /**
   * The image of services that have no build: the busybox under a tag of the fleet's own. Slipway's backups of it are tags beside that one, and go
   * with the fleet.
   */
  async busybox(): Promise<string> {
    const image = `${this.name}-busybox:bookworm`;
    await docker('tag', BUSYBOX, image);
    return image;
  }

  /** Runs `slipway ARGS` in the fleet's folder to its end. */
  async slipway(args: readonly string[], options: { env?: Record<string, string>; cwd?: string } = {}): Promise<CliEnd> {
    const env = { XDG_CONFIG_HOME: this.#configHome, ...options.env };
    const { code, stdout, stderr } = await slipway(args, { cwd: options.cwd ?? this.root, env });
    return { exitCode: code, stdout, stderr, text: `${stdout}\n${stderr}` };
  }

  /** `slipway rebuild ARGS`. */
  rebuild(...args: readonly string[]): Promise<CliEnd> {
    return this.slipway(['rebuild', ...args]);
  }

  /** The operator's own `docker compose ARGS`. */
  async dockerCompose(...args: readonly string[]): Promise<string> {
    const { stdout } = await execa('docker', ['compose', '--project-directory', this.root, ...args], { stdin: 'ignore' });
    return stdout;
  }

  /** Container ids of each service of the project, running or not, sorted. */
  async containers(): Promise<Record<string, string[]>> {
    const format = '{{.Label "com.docker.compose.service"}} {{.ID}}';
    const filter = `label=com.docker.compose.project=${this.name}`;
    const lines = await docker('ps', '-a', '--no-trunc', '--filter', filter, '--format', format);
    const found: Record<string, string[]> = {};
    for (const line of lines.split('\n').filter(Boolean).sort()) {
      const [service, id] = line.split(' ') as [string, string];
      found[service] = [...(found[service] ?? []), id];
    }
    return found;
  }

  /** The one container of a service. */
  async container(service: string): Promise<string> {
    const ids = (await this.containers())[service] ?? [];
    if (ids.length !== 1) throw new Error(`${service} has ${ids.length} containers`);
    return ids[0]!;
  }

  /** The state file as it is. */
  stateText(phase = 'phase1'): string {
    return readFileSync(join(this.root, `.rebuild_state_${phase}.json`), 'utf8');
  }

  /** The state file's services. */
  state(): Record<string, StateLine> {
    return (JSON.parse(this.stateText()) as { services: Record<string, StateLine> }).services;
  }

  /** Ids of the runs so far, oldest first. */
  runs(): string[] {
    return readdirSync(join(this.root, '.slipway/runs')).sort();
  }

  /** The events of a run's journal; of the last run by default. */
  journal(run = this.runs().at(-1)!): Event[] {
    const text = readFileSync(join(this.root, '.slipway/runs', run, 'journal.ndjson'), 'utf8');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Event);
  }

  /** Text of a file of the fleet's folder. */
  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  /** Every file and folder with its size and time of change: two equal listings = nothing was written. */
  listing(): Record<string, string> {
    const paths = readdirSync(this.root, { recursive: true, encoding: 'utf8' }).sort();
    const stats = ['.', ...paths].map((path) => [path, statSync(join(this.root, path))] as const);
    return Object.fromEntries(stats.map(([path, s]) => [path, `${s.size} ${s.mtimeMs}`]));
  }

  /** Removes all that the fleet has on the engine, and its folders. */
  async remove(): Promise<void> {
    for (const project of [this.name, ...this.alsoNamed]) await removeEverythingOf(project);
    for (const folder of [this.root, this.#configHome]) rmSync(folder, { recursive: true, force: true });
  }
}

/** A fleet's folder that is gone when the test ends. */
export function fleetFolder(): FleetFolder {
  const fleet = new FleetFolder();
  onTestFinished(() => fleet.remove());
  return fleet;
}

/** A port of this host that nothing listens on, below those that the system hands out by itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(21_000, 32_000);
    const server = createServer();
    const free = await new Promise<boolean>((done) => {
      server.once('error', () => done(false)).listen(port, '127.0.0.1', () => done(true));
    });
    await new Promise((done) => server.close(done));
    if (free) return port;
  }
}

/** The body that a service answers with, or the failure in words. */
export async function answerOf(port: number, path = '/version'): Promise<string> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(5000) });
    return response.ok ? (await response.text()).trim() : `status ${response.status}`;
  } catch (error) {
    return `no answer: ${error instanceof Error ? error.message : error}`;
  }
}
