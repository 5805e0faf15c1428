import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { createDockerEngine } from '../../src/docker/engine.ts';
import type { Project } from '../../src/fleet/types.ts';
import { assertNever } from '../../src/util/assert.ts';
import { systemClock } from '../../src/util/clock.ts';
import { BUSYBOX } from './compose-project.ts';
import { type ContractBehaviour, type ContractTest, type ContractWorld, contractModel } from './engine-contract-world.ts';
import { docker, removeEverythingOf } from './engine-facts.ts';

const WELL: ContractBehaviour = { kind: 'healthy', afterMs: 200 };

/** The contract's world on the real engine; `remove` leaves nothing of it. */
export async function dockerContractWorld(port: number): Promise<ContractWorld & { readonly remove: () => Promise<void> }> {
  const name = `sw-contract-${randomBytes(4).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const file = join(folder, 'docker-compose.yml');
  const model = contractModel(name, folder, port);
  await writeFile(file, JSON.stringify(model));
  for (const service of Object.keys(model.services)) await writeSources(folder, service, program(service, WELL));
  const engine = createDockerEngine(process.env);
  const ref = { name, directory: folder, files: [file], envFiles: [], profiles: [] };
  const rendered = await engine.render(ref);
  if (!rendered.ok) throw new Error(rendered.error.message);
  const project: Project = { ...ref, model: rendered.value.model };
  const listener = createServer();
  const names: string[] = [];
  let edits = 0;
  return {
    engine,
    another: createDockerEngine(process.env),
    clock: systemClock,
    project,
    port,
    up: async (service) => {
      const compose = ['compose', '-p', name, '-f', file];
      await docker(...compose, 'build', '--quiet', service);
      // Waits until the program does as it should: a signal that comes before it listens would do something else.
      const wait = service === 'job' ? [] : ['--wait'];
      await docker(...compose, 'up', '--detach', ...wait, '--no-deps', '--no-build', service);
    },
    edit: (service, behaviour = WELL) => {
      edits += 1;
      return writeSources(folder, service, `${program(service, behaviour)}LABEL edit=${edits}\n`);
    },
    breakBuild: (service, how) => writeSources(folder, service, `RUN ${how === 'fails' ? 'exit 2' : 'sleep 100'}\n`),
    testThat: (_service, how) => testCommand(how),
    takeName: async (taken) => {
      await docker('create', '--name', taken, '--network', 'none', BUSYBOX, 'true');
      names.push(taken);
    },
    takePort: () => new Promise((resolve) => listener.listen(port, '0.0.0.0', () => resolve())),
    dropVolume: async (volume) => {
      await docker('volume', 'rm', volume);
    },
    remove: async () => {
      listener.close();
      for (const taken of names) await execa('docker', ['rm', '-f', taken], { reject: false });
      await removeEverythingOf(name);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeSources(folder: string, service: string, lines: string): Promise<void> {
  await mkdir(join(folder, service), { recursive: true });
  await writeFile(join(folder, service, 'Dockerfile'), `FROM ${BUSYBOX}\n${lines}`);
}

/** A program that behaves so. */
function program(service: string, behaviour: ContractBehaviour): string {
  if (behaviour.kind === 'no-program') return 'CMD ["/no/such/program"]\n';
  const heed = service === 'stubborn' ? `trap '' TERM; ` : '';
  // What a build without the cache makes anew is the result of a command.
  const command = service === 'built' ? 'RUN true\n' : '';
  return `${command}CMD ["sh", "-c", ${JSON.stringify(`${heed}rm -f /tmp/ok; ${script(service, behaviour)}`)}]\n`;
}

function script(service: string, behaviour: Exclude<ContractBehaviour, { readonly kind: 'no-program' }>): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(3);
  const stay = service === 'stubborn' ? 'while true; do sleep 1; done' : 'exec sleep 600';
  switch (behaviour.kind) {
    case 'healthy':
      return service === 'job' ? 'exit 0' : `sleep ${seconds(behaviour.afterMs)}; touch /tmp/ok; ${stay}`;
    case 'unhealthy':
      return stay;
    case 'exits':
      return `sleep ${seconds(behaviour.afterMs)}; exit ${behaviour.exitCode}`;
    case 'falls':
      return `sleep ${seconds(behaviour.afterMs)}; touch /tmp/ok; sleep ${seconds(behaviour.fallsAfterMs)}; rm /tmp/ok; ${stay}`;
    default:
      return assertNever(behaviour);
  }
}

function testCommand(how: ContractTest): readonly string[] {
  switch (how) {
    case 'passes':
      return ['true'];
    case 'fails':
      return ['false'];
    case 'hangs':
      return ['sleep', '100'];
    default:
      return assertNever(how);
  }
}
