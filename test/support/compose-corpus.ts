import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { createDockerEngine } from '../../src/docker/engine.ts';
import { type LoadedFleet, loadFleet } from '../../src/fleet/load.ts';
import type { ComposeModel, Edge, Fleet, Service } from '../../src/fleet/types.ts';
import { type CliResult, cliEnv, slipway } from './cli.ts';

const CORPUS = resolve(import.meta.dirname, '../data/compose');

/** What is right for a project of the corpus: its `expected.json`. */
export interface Expected {
  readonly about: string;
  /** Options of slipway that `docker compose` has too. */
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Folders of the Compose projects of a fleet of several, with the options that are in its configuration. */
  readonly projects?: Readonly<Record<string, readonly string[]>>;
  readonly services: Readonly<Record<string, ExpectedService>>;
  /** `severity code` of each finding of the plan, in order. */
  readonly findings: readonly string[];
  /** `severity code service` of what doctor finds in the files; what it finds on the machine is no matter of a project. */
  readonly doctor: readonly string[];
  /** The categories that init proposes, each with its services; a `!` marks critical ones. Left out where there is a configuration. */
  readonly init?: Readonly<Record<string, readonly string[]>>;
}

/** What is said of one service; what is left out is the plain case. */
interface ExpectedService {
  readonly image: string;
  readonly kind?: 'one-shot';
  readonly hidden?: true;
  readonly scale?: number;
  readonly ports?: readonly string[];
  /** Edges as `name condition [optional] [restart] [(source)]`. */
  readonly needs?: readonly string[];
  /** Why start-first is impossible; none = it is possible. */
  readonly obstacles?: readonly string[];
  readonly wave?: number;
}

/** The projects, by name of their folders. */
export function corpusNames(): string[] {
  return readdirSync(CORPUS).sort();
}

/** What Compose itself makes of one Compose project: `active` is what a plain `up` would take, `all` is with every profile. */
export interface ComposeView {
  readonly active: ComposeModel;
  readonly all: ComposeModel;
  /** `config --images`, of the active services. */
  readonly images: readonly string[];
}

/** A copy of a project under its own name, in which commands are run. */
export interface CorpusProject {
  readonly folder: string;
  readonly expected: Expected;
  compose(): Promise<readonly ComposeView[]>;
  load(): Promise<LoadedFleet>;
  slipway(...args: readonly string[]): Promise<CliResult>;
}

/** Copies a project into a folder of that name, gone when the test ends. */
export function corpusProject(name: string): CorpusProject {
  const expected = JSON.parse(readFileSync(join(CORPUS, name, 'expected.json'), 'utf8')) as Expected;
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-corpus-')));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const folder = join(parent, name);
  cpSync(join(CORPUS, name), folder, { recursive: true });
  rmSync(join(folder, 'expected.json'));
  const { options = [], projects = { '.': [] } } = expected;
  const env = cliEnv({ HOME: '/root', XDG_CONFIG_HOME: parent, ...expected.env });
  const valuesOf = (option: string) => options.filter((_, i) => options[i - 1] === option);
  return {
    folder,
    expected,
    compose: () =>
      Promise.all(
        Object.entries(projects).map(([directory, own]) =>
          composeView([...options, ...own], { cwd: join(folder, directory), env }),
        ),
      ),
    load: () =>
      loadFleet(
        {
          ...{ cwd: folder, projectDir: null, configFile: null },
          ...{ envFiles: valuesOf('--env-file'), profiles: valuesOf('--profile') },
        },
        createDockerEngine(env).render,
      ),
    slipway: (...args) => slipway([...args, ...options], { cwd: folder, env }),
  };
}

async function composeView(
  options: readonly string[],
  where: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<ComposeView> {
  const config = async (...args: readonly string[]) =>
    (await execa('docker', ['compose', ...options, ...args], { ...where, extendEnv: false, stdin: 'ignore' })).stdout;
  const json = ['config', '--format', 'json'];
  const [active, all, images] = await Promise.all([
    config(...json),
    config('--profile', '*', ...json),
    config('config', '--images'),
  ]);
  return { active: JSON.parse(active), all: JSON.parse(all), images: images.split('\n').filter(Boolean) };
}

/** A fleet's services in the words of `expected.json`; paths of the copy are written `.`. */
export function describeServices(fleet: Fleet, folder: string, waves: ReadonlyMap<string, number>): Expected['services'] {
  return Object.fromEntries(
    fleet.services.map((service) => [service.key, describeService(service, folder, waves.get(service.key))]),
  );
}

function describeService(service: Service, folder: string, wave: number | undefined): ExpectedService {
  const ports = service.published.map((p) => `${p.hostIp}:${p.port}->${p.target}/${p.protocol}`);
  const needs = service.dependsOn.map(describeEdge).sort();
  const obstacles = service.startFirstObstacles.map((why) => why.replaceAll(folder, '.'));
  return {
    image: service.image,
    ...(service.kind === 'one-shot' && { kind: service.kind }),
    ...(service.hiddenByProfile && { hidden: true as const }),
    ...(service.scale !== 1 && { scale: service.scale }),
    ...(ports.length > 0 && { ports }),
    ...(needs.length > 0 && { needs }),
    ...(obstacles.length > 0 && { obstacles }),
    ...(wave !== undefined && { wave }),
  };
}

function describeEdge({ to, condition, required, restart, source }: Edge): string {
  const words = [
    to,
    condition,
    required ? '' : 'optional',
    restart ? 'restart' : '',
    source === 'depends_on' ? '' : `(${source})`,
  ];
  return words.filter(Boolean).join(' ');
}
