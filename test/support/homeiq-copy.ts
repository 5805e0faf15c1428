import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { choosePortPrefix, PORT_PREFIX_VARIABLE } from '../../scripts/demo/ports.mjs';
import { docker, removeEverythingOf } from './engine-facts.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const EXAMPLE = join(ROOT, 'examples/homeiq');
const BUNDLE = join(ROOT, 'dist/slipway.mjs');
const CONFIG = 'scripts/phase1-service-config.yaml';

/** Below the ports that the system hands out by itself, and not where the demo goes first. */
const PREFIXES = ['2', '1'];

const TIMEOUT_MS = 400_000;

/** How a call ended. */
interface HomeiqEnd {
  readonly exitCode: number;
  readonly text: string;
  readonly seconds: number;
}

/** A copy of the example fleet in a folder of its own, under names and ports of its own, driven as `npm run demo` drives the original. */
export interface HomeiqCopy {
  /** Name of the Compose project; its containers and images begin with it. */
  readonly name: string;
  readonly folder: string;
  /** Every configured service and its host port; model-prep has none. */
  readonly services: readonly { readonly name: string; readonly port: number | null }[];
  /** `slipway COMMAND ARGS` to its end, with what it printed. */
  slipway(command: string, ...args: readonly string[]): Promise<HomeiqEnd>;
  /** `slipway rebuild ARGS` to its end, with what it printed. */
  rebuild(...args: readonly string[]): Promise<HomeiqEnd>;
  /** The operator's own `docker compose ARGS` in the fleet's folder. */
  compose(...args: readonly string[]): Promise<string>;
  /** Id of the one container of each service that has one. */
  containers(): Promise<ReadonlyMap<string, string>>;
}

/** Makes the copy; when the test ends its containers, networks, volumes, images and folders are removed. */
export async function homeiqCopy(): Promise<HomeiqCopy> {
  const name = `sw-demo-${randomBytes(4).toString('hex')}`;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
  const configHome = mkdtempSync(join(tmpdir(), `${name}-home-`));
  onTestFinished(async () => {
    await removeEverythingOf(name);
    for (const made of [folder, configHome]) rmSync(made, { recursive: true, force: true });
  });
  for (const part of ['.dockerignore', 'docker-compose.yml', 'libs', 'requirements-base.txt', 'scripts', 'services']) {
    cpSync(join(EXAMPLE, part), join(folder, part), { recursive: true });
  }
  rename(folder, name);
  const prefix = await choosePortPrefix({ folder, project: name, prefixes: PREFIXES });
  if (prefix === null) throw new Error(`ports are taken under each of the prefixes ${PREFIXES.join(', ')}`);
  const options = { stdin: 'ignore', env: { [PORT_PREFIX_VARIABLE]: prefix, XDG_CONFIG_HOME: configHome } } as const;
  const slipway = async (command: string, ...args: readonly string[]) => {
    const startMs = performance.now();
    const argv = [BUNDLE, command, '--project-dir', folder, '--config', CONFIG, ...args];
    const how = { ...options, cwd: ROOT, all: true, reject: false, timeout: TIMEOUT_MS } as const;
    const { exitCode, all } = await execa(process.execPath, argv, how);
    return { exitCode: exitCode ?? -1, text: all, seconds: (performance.now() - startMs) / 1000 };
  };
  return {
    name,
    folder,
    services: configured(folder).map((s) => ({ name: s.name, port: s.port === undefined ? null : Number(`${prefix}${s.port}`) })),
    slipway,
    rebuild: (...args) => slipway('rebuild', ...args),
    compose: async (...args) => (await execa('docker', ['compose', ...args], { ...options, cwd: folder })).stdout,
    containers: () => containersOf(name),
  };
}

/** Gives project, containers and images the copy's own names. */
function rename(folder: string, name: string): void {
  const compose = join(folder, 'docker-compose.yml');
  const config = join(folder, CONFIG);
  const renamed = readFileSync(compose, 'utf8')
    .replace(/^name: homeiq$/m, `name: ${name}`)
    .replace(/( image: )homeiq-/g, `$1${name}-`)
    .replace(/(container_name: )(?:homeiq-)?/g, `$1${name}-`);
  writeFileSync(compose, renamed);
  writeFileSync(config, readFileSync(config, 'utf8').replace('- name: homeiq\n', `- name: ${name}\n`));
}

function configured(folder: string): { name: string; port?: number }[] {
  const { categories } = parse(readFileSync(join(folder, CONFIG), 'utf8')) as {
    categories: Record<string, { services: { name: string; port?: number }[] }>;
  };
  return Object.values(categories).flatMap(({ services }) => services);
}

async function containersOf(project: string): Promise<ReadonlyMap<string, string>> {
  const filter = `label=com.docker.compose.project=${project}`;
  const format = '{{.Label "com.docker.compose.service"}} {{.ID}}';
  const lines = (await docker('ps', '-a', '--no-trunc', '--filter', filter, '--format', format)).split('\n').filter(Boolean);
  const found = new Map(lines.map((line) => line.split(' ') as [string, string]));
  if (found.size !== lines.length) throw new Error(`a service has several containers:\n${lines.join('\n')}`);
  return found;
}
