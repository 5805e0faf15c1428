import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApi } from '../../src/docker/api/client.ts';
import { apiVerbs, openApiSession } from '../../src/docker/api/verbs.ts';
import { DockerCli } from '../../src/docker/cli/docker-cli.ts';
import type { BuildFacts, BuildRequest, StepFailure } from '../../src/docker/port.ts';
import type { Project } from '../../src/fleet/types.ts';
import { BUSYBOX, type ComposeProject, composeProject, serviceOf } from '../support/compose-project.ts';
import { type RecordedIo, recordedIo } from '../support/step-io.ts';

const yaml = (repo: string) => `
services:
  quick: { image: "${repo}/quick:latest", build: ./quick }
  a.b: { image: "${repo}/a.b:Live-1", build: { context: ./a, args: { TOKEN: s3cr3t-in-argv } } }
  user: { image: "${repo}/user:latest", build: { context: ./user, additional_contexts: { basis: "service:a.b" } } }
  fails: { image: "${repo}/fails:latest", build: ./fails }
  broken: { image: "${repo}/broken:latest", build: ./broken }
  slow: { image: "${repo}/slow:latest", build: ./slow }
  full: { image: "${repo}/full:latest", build: { context: ./full, network: host } }
  secret: { image: "${repo}/secret:latest", build: { context: ./secret, secrets: [tok] } }
secrets: { tok: { environment: SLIPWAY_TEST_TOKEN } }
`;

const dockerfiles = (salt: string): Record<string, string> => ({
  quick: `FROM ${BUSYBOX} AS checks\nRUN echo ${salt} > /checks\nFROM ${BUSYBOX}\nCOPY data /data\nRUN echo grün > /made\n`,
  a: `FROM ${BUSYBOX}\nARG TOKEN\nRUN echo ${salt} > /basis\n`,
  user: 'FROM basis\nRUN cat /basis > /copied\n',
  fails: `FROM ${BUSYBOX}\nRUN echo ${salt} >&2; echo the reason >&2; exit 3\n`,
  broken: `FROM ${BUSYBOX}\nCOPY not-there /\n`,
  slow: `FROM ${BUSYBOX}\nRUN echo ${salt} began && sleep 600\n`,
  full: `FROM ${BUSYBOX}\nRUN echo ${salt}; echo "cp: write error: No space left on device"; exit 1\n`,
  secret: `FROM ${BUSYBOX}\nRUN --mount=type=secret,id=tok test "$(cat /run/secrets/tok)" = from-dotenv\n`,
});

const engine = apiVerbs(openApiSession(createApi({ kind: 'unix', path: '/var/run/docker.sock' })));
const cli = new DockerCli(process.env, { inspect: engine.image, tag: engine.tag, untag: engine.untag });
let compose: ComposeProject;
let project: Project;

beforeAll(async () => {
  compose = await composeProject('cli-build', '');
  writeFileSync(join(compose.folder, 'docker-compose.yml'), yaml(compose.name));
  for (const [folder, text] of Object.entries(dockerfiles(compose.name))) {
    await mkdir(join(compose.folder, folder));
    writeFileSync(join(compose.folder, folder, 'Dockerfile'), text);
    writeFileSync(join(compose.folder, folder, 'data'), compose.name);
  }
  writeFileSync(join(compose.folder, '.env'), 'SLIPWAY_TEST_TOKEN=from-dotenv\n');
  const ref = {
    name: compose.name,
    directory: compose.folder,
    files: [join(compose.folder, 'docker-compose.yml')],
    envFiles: [],
    profiles: [],
  };
  project = { ...ref, model: { name: compose.name, services: {} } };
});
afterAll(async () => {
  const { stdout } = await execa('docker', ['image', 'ls', '-q', '--filter', `reference=${compose.name}/*`]);
  const images = [...new Set(stdout.split('\n').filter(Boolean))];
  if (images.length > 0) await execa('docker', ['image', 'rm', '-f', ...images]);
  await compose.remove();
});

function request(name: string, changes: Partial<BuildRequest> = {}): BuildRequest {
  return {
    run: '20260101_000000',
    project,
    service: serviceOf(compose.name, name, { image: `${compose.name}/${name}:latest` }),
    candidate: `${compose.name}/${name}:candidate-20260101_000000`,
    target: null,
    noCache: false,
    pull: false,
    timeoutMs: 60_000,
    buildkit: { cache: true, inlineCache: false, builder: 'default', cacheFrom: [], cacheTo: [] },
    ...changes,
  };
}

async function built(name: string, changes: Partial<BuildRequest> = {}, io = recordedIo()): Promise<BuildFacts> {
  const result = await cli.build(request(name, changes), io);
  if (!result.ok) throw new Error(`${JSON.stringify(result.error)}\n${io.told.text}`);
  return result.value;
}

async function failed(name: string, changes: Partial<BuildRequest> = {}, io: RecordedIo = recordedIo()): Promise<StepFailure> {
  const result = await cli.build(request(name, changes), io);
  if (result.ok) throw new Error(`built ${result.value.image}`);
  return result.error;
}

/** Command lines of running buildx processes that this test's builds started: they work in its folder. */
function buildxProcesses(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return /buildx.* bake/.test(line) && readlinkSync(`/proc/${pid}/cwd`) === compose.folder ? [line] : [];
      } catch {
        return [];
      }
    });
}

describe('a build', () => {
  test('makes the candidate tag and nothing else, logs like plain progress and reports steps', async () => {
    const io = recordedIo();
    const facts = await built('quick', {}, io);
    expect(facts.image).toBe((await engine.image(request('quick').candidate))!.id);
    expect(facts).toMatchObject({ totalSteps: 2, cachedSteps: 0 });
    expect(facts.sizeBytes).toBeGreaterThan(0);
    expect(await engine.image(`${compose.name}/quick:latest`)).toBeNull();
    expect(io.told.text).toMatch(/^#\d+ \[stage-1 3\/3\] RUN echo grün > \/made$/m);
    expect(io.told.text).not.toContain('"vertexes"');
    expect(io.told.progress.at(-1)).toMatchObject({ kind: 'build', step: 2, of: 2 });
  });

  test('again is all from cache and the same image, also for Compose; without cache it is not', async () => {
    const first = await built('quick');
    const again = await built('quick');
    expect(again).toMatchObject({ image: first.image, totalSteps: 2, cachedSteps: 2 });
    await compose.compose('build', 'quick');
    expect((await engine.image(`${compose.name}/quick:latest`))!.id).toBe(first.image);
    const clean = await built('quick', { noCache: true });
    expect(clean).toMatchObject({ cachedSteps: 0 });
    expect(clean.image).not.toBe(first.image);
  });

  test('of names with dots and capitals, with a secret in its arguments that no process list shows', async () => {
    const seen: string[] = [];
    const io = recordedIo(() => seen.push(...buildxProcesses()));
    const facts = await built('a.b', { candidate: `${compose.name}/a.b:Candidate-X`, noCache: true }, io);
    expect(facts.image).toBe((await engine.image(`${compose.name}/a.b:Candidate-X`))!.id);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.join('\n')).not.toContain('s3cr3t-in-argv');
  });

  test('on another service’s image exports only its own', async () => {
    await built('user');
    expect(await engine.image(`${compose.name}/a.b:Live-1`)).toBeNull();
  });

  test('takes a secret from where Compose would: its .env', async () => {
    await built('secret');
  });

  test('of another stage, for tests', async () => {
    const facts = await built('quick', { target: 'checks', candidate: `${compose.name}/quick:checks` });
    const { stdout } = await execa('docker', ['run', '--rm', '--network', 'none', facts.image, 'cat', '/checks']);
    expect(stdout).toBe(compose.name);
  });

  test('with an inline cache has a stable id', async () => {
    const buildkit = { ...request('quick').buildkit, inlineCache: true };
    expect((await built('quick', { buildkit })).image).toBe((await built('quick', { buildkit })).image);
  });
});

describe('a build that fails', () => {
  test('says which step, with its last lines, and leaves no candidate', async () => {
    const io = recordedIo();
    expect(await failed('fails', {}, io)).toEqual({
      failure: {
        code: 'build-failed',
        message: expect.stringContaining('exit code: 3'),
        step: expect.stringContaining('RUN echo'),
        lastLogLines: [compose.name, 'the reason'],
      },
      transient: false,
    });
    expect(io.told.text).toContain('the reason');
    expect(await engine.image(request('fails').candidate)).toBeNull();
  });

  test('for a missing file says so', async () => {
    const { failure, transient } = await failed('broken');
    expect({ failure, transient }).toMatchObject({
      failure: { code: 'build-failed', message: expect.stringContaining('not-there') },
      transient: false,
    });
  });

  test('for a full disk is told apart, on the host’s network too', async () => {
    expect((await failed('full')).failure).toEqual({ code: 'disk-full', message: 'cp: write error: No space left on device' });
  });

  test('for an unknown service or builder is the engine’s problem', async () => {
    expect((await failed('nobody')).failure).toMatchObject({ code: 'engine-error', message: expect.stringContaining('nobody') });
    const buildkit = { ...request('quick').buildkit, builder: 'no-such-builder' };
    expect((await failed('quick', { buildkit })).failure).toMatchObject({ message: expect.stringContaining('no-such-builder') });
  });

  test('by its time-out leaves no process', async () => {
    const error = await failed('slow', { timeoutMs: 3000 });
    expect(error).toMatchObject({ failure: { code: 'build-timeout', afterMs: 3000 }, transient: false });
    expect(buildxProcesses()).toEqual([]);
  });

  test('by an abort in the middle leaves no process', async () => {
    let running = 0;
    const io = recordedIo((io) => {
      if (io.signal.aborted || !/^#\d+ [\d.]+ \S+ began$/m.test(io.told.text)) return;
      running = buildxProcesses().length;
      io.abort();
    });
    expect(await failed('slow', {}, io)).toEqual({ failure: { code: 'interrupted' }, transient: false });
    expect(running).toBe(1);
    expect(buildxProcesses()).toEqual([]);
  });
});
