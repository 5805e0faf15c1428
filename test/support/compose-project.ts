import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Service } from '../../src/fleet/types.ts';

/** The smallest image there is on the engine for tests; set-up makes it. */
export const BUSYBOX = 'slipway-base-busybox:bookworm';

/** A Compose project of a test's own, with an unused name and a folder of its own. */
export interface ComposeProject {
  readonly name: string;
  readonly folder: string;
  /** Runs `docker compose ARGS` on it; rejects when it fails. */
  compose(...args: readonly string[]): Promise<string>;
  /** Containers of a service by id, running or not. */
  containers(service: string): Promise<string[]>;
  /** Removes its containers, networks, volumes and folder. */
  remove(): Promise<void>;
}

/** Writes the project's Compose file; nothing is started. `yaml` is the file without a name. */
export async function composeProject(prefix: string, yaml: string): Promise<ComposeProject> {
  const name = `sw-${prefix}-${randomBytes(4).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  await writeFile(join(folder, 'docker-compose.yml'), yaml);
  const compose = async (...args: readonly string[]) => {
    const { stdout } = await execa('docker', ['compose', '-p', name, '--project-directory', folder, ...args], {
      stdin: 'ignore',
    });
    return stdout;
  };
  return {
    name,
    folder,
    compose,
    containers: async (service) => (await compose('ps', '-a', '-q', '--no-trunc', service)).split('\n').filter(Boolean),
    remove: async () => {
      await compose('down', '--volumes', '--timeout', '0');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A service of the project as the fleet would know it; only what a test says differs from a plain one. */
export function serviceOf(project: string, name: string, changes: Partial<Service> = {}): Service {
  return {
    key: name,
    project,
    name,
    category: null,
    risk: 'low',
    critical: false,
    stack: 'other',
    kind: 'service',
    image: BUSYBOX,
    build: null,
    scale: 1,
    hiddenByProfile: false,
    dependsOn: [],
    probe: { kind: 'none' },
    healthcheck: null,
    test: { command: null, target: null, mounts: [], isolation: 'sandbox', timeoutMs: 60_000 },
    replace: { order: 'auto', preflight: false },
    startFirstObstacles: [],
    stopGraceMs: 1000,
    published: [],
    anonymousVolumes: [],
    compose: { image: BUSYBOX },
    place: { file: 'docker-compose.yml', line: 1 },
    ...changes,
  };
}
