import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprintServices } from '../../../../src/fleet/fingerprint/fingerprint.ts';
import type { Fingerprint, Fleet } from '../../../../src/fleet/types.ts';
import { fleetOf, loadWith, model } from '../../../support/compose-fleet.ts';
import { folderWith } from '../../../support/folder.ts';

const noBase = async () => null;

/** The fleet of a folder whose services are given in YAML; `ROOT` stands for the folder. */
async function fleetIn(root: string, services: string): Promise<Fleet> {
  writeFileSync(join(root, 'compose.yaml'), '');
  return fleetOf(await loadWith(root, { '': model(services.replaceAll('ROOT', root)) }));
}

async function fingerprints(root: string, services: string, resolveBase = noBase): Promise<Map<string, Fingerprint>> {
  const fleet = await fleetIn(root, services);
  return fingerprintServices(fleet, fleet.services, resolveBase);
}

async function inputs(root: string, build = '{context: ROOT}'): Promise<string> {
  const found = (await fingerprints(root, `a: {build: ${build}}`)).get('a')!;
  if (found.inputs === null) throw new Error(found.unknown!);
  return found.inputs;
}

/** Whether a change to the folder changes the inputs. */
async function notices(root: string, change: () => void, build?: string): Promise<boolean> {
  const before = await inputs(root, build);
  change();
  return (await inputs(root, build)) !== before;
}

const FILES = {
  Dockerfile: 'FROM base\nCOPY app /app\nCOPY *.json conf/*.ini /conf/\n',
  '.dockerignore': 'app/skip\n**/*.log\n!app/keep.log\nnode_modules\n',
  'app/main.py': 'one',
  'app/sub/x.py': 'x',
  'app/skip/y.py': 'y',
  'app/keep.log': 'k',
  'app/lose.log': 'l',
  'package.json': '{}',
  'conf/a.ini': 'a',
  'README.md': 'r',
};

describe('inputs', () => {
  it.each<[string, string, boolean]>([
    ['a copied file', 'app/main.py', true],
    ['a copied file below', 'app/sub/x.py', true],
    ['a new copied file', 'app/new.py', true],
    ['a matched file', 'package.json', true],
    ['a newly matched file', 'conf/b.ini', true],
    ['a file that came back through a ! line', 'app/keep.log', true],
    ['the Dockerfile', 'Dockerfile', true],
    ['an ignored folder', 'app/skip/y.py', false],
    ['an ignored pattern', 'app/lose.log', false],
    ['a file that is not copied', 'README.md', false],
    ['a file that the pattern does not match', 'conf/a.txt', false],
  ])('%s', async (_, path, noticed) => {
    const root = folderWith(FILES);
    const content = path === 'Dockerfile' ? `${FILES.Dockerfile}USER me\n` : 'changed';
    expect(await notices(root, () => writeFileSync(join(root, path), content))).toBe(noticed);
  });

  it('notice a deleted and a renamed file', async () => {
    const root = folderWith(FILES);
    expect(await notices(root, () => rmSync(join(root, 'app/main.py')))).toBe(true);
    expect(await notices(root, () => mkdirSync(join(root, 'app/empty')))).toBe(true);
  });

  it('notice the executable bit but not the time', async () => {
    const root = folderWith(FILES);
    expect(await notices(root, () => chmodSync(join(root, 'app/main.py'), 0o755))).toBe(true);
    expect(await notices(root, () => utimesSync(join(root, 'app/main.py'), 1, 1))).toBe(false);
  });

  it('notice a change of the same size and time', async () => {
    const root = folderWith(FILES);
    const file = join(root, 'app/main.py');
    utimesSync(file, 1000, 1000);
    const change = () => {
      writeFileSync(file, 'two');
      utimesSync(file, 1000, 1000);
    };
    expect(await notices(root, change)).toBe(true);
  });

  it('take all of the context where a source is a link', async () => {
    const root = folderWith({ Dockerfile: 'FROM base\nCOPY current /x\n', 'v1/a': '1', 'v2/a': '2' });
    symlinkSync('v1', join(root, 'current'));
    expect(await notices(root, () => writeFileSync(join(root, 'v1/a'), 'changed'))).toBe(true);
  });

  it.each([
    ['args', '{context: ROOT, args: {A: "2"}}'],
    ['target', '{context: ROOT, target: "0"}'],
    ['platforms', '{context: ROOT, platforms: [linux/arm64]}'],
    ['labels', '{context: ROOT, labels: {a: b}}'],
  ])('depend on %s', async (_, build) => {
    const root = folderWith(FILES);
    expect(await inputs(root, build)).not.toBe(await inputs(root));
  });

  it('do not depend on where the folder lies, nor on cache and tags', async () => {
    const build = '{context: ROOT, tags: [x], cache_from: [y], no_cache: true}';
    expect(await inputs(folderWith(FILES), build)).toBe(await inputs(folderWith(FILES)));
  });

  it('see only the stages that are used, and the tests’ own stage', async () => {
    const text = 'FROM base AS app\nCOPY app /x\nFROM app AS test\nCOPY tests /t\n';
    const root = folderWith({ Dockerfile: text, 'app/a': 'a', 'tests/t': 't' });
    expect(await notices(root, () => writeFileSync(join(root, 'tests/t'), 'u'), '{context: ROOT, target: app}')).toBe(false);
    const config = 'categories: {c: {services: [{name: a, test: {target: test}}]}}';
    writeFileSync(join(root, 'slipway.yaml'), config);
    expect(await notices(root, () => writeFileSync(join(root, 'tests/t'), 'v'), '{context: ROOT, target: app}')).toBe(true);
  });

  it('prefer the ignore file of the Dockerfile', async () => {
    const root = folderWith({ ...FILES, 'Dockerfile.dockerignore': 'app/main.py\n' });
    expect(await notices(root, () => writeFileSync(join(root, 'app/main.py'), 'z'))).toBe(false);
    expect(await notices(root, () => writeFileSync(join(root, 'app/lose.log'), 'z'))).toBe(true);
  });

  it('know an inline Dockerfile', async () => {
    const root = folderWith({ 'a.txt': 'a', 'b.txt': 'b' });
    const build = '{context: ROOT, dockerfile_inline: "FROM base\\nCOPY a.txt /"}';
    expect(await notices(root, () => writeFileSync(join(root, 'a.txt'), 'z'), build)).toBe(true);
    expect(await notices(root, () => writeFileSync(join(root, 'b.txt'), 'z'), build)).toBe(false);
  });

  it('leave out what Slipway itself writes', async () => {
    const root = folderWith({ Dockerfile: 'FROM base\nCOPY . /app\n', '.slipway/x': '', 'logs/keep': '' });
    const change = () => {
      writeFileSync(join(root, '.slipway/journal'), 'x');
      writeFileSync(join(root, '.rebuild_state_phase1.json'), 'x');
      writeFileSync(join(root, 'logs/phase1_batch_rebuild_20260101_000000.log'), 'x');
      mkdirSync(join(root, 'logs/phase1_builds/run'), { recursive: true });
    };
    expect(await notices(root, change)).toBe(false);
    expect(await notices(root, () => writeFileSync(join(root, 'logs/other.log'), 'x'))).toBe(true);
  });

  it('include folders and services given as additional contexts', async () => {
    const root = folderWith({
      'a/Dockerfile': 'FROM lib\nCOPY --from=conf c.ini /\n',
      'lib/Dockerfile': 'FROM base\nCOPY l /\n',
      'lib/l': 'l',
      'conf/c.ini': 'c',
      'conf/d.ini': 'd',
    });
    const services =
      'a: {build: {context: ROOT/a, additional_contexts: {lib: "service:lib", conf: ROOT/conf}}}\nlib: {build: {context: ROOT/lib}}';
    const now = async () => (await fingerprints(root, services)).get('a')!;
    const first = await now();
    expect(first.bases.map((base) => base.ref)).toEqual(['base']);
    writeFileSync(join(root, 'conf/d.ini'), 'z');
    expect((await now()).inputs).toBe(first.inputs);
    writeFileSync(join(root, 'conf/c.ini'), 'z');
    const second = await now();
    expect(second.inputs).not.toBe(first.inputs);
    writeFileSync(join(root, 'lib/l'), 'z');
    expect((await now()).inputs).not.toBe(second.inputs);
  });

  it.each([
    ['{context: "https://user:pass@example.org/a.git#main"}', 'its context https://example.org/a.git#main is remote'],
    ['{context: ROOT, additional_contexts: {base: "https://example.org/a.git"}}', 'its context base is remote'],
    ['{context: ROOT, additional_contexts: {base: "service:a"}}', 'a is built from itself'],
  ])('cannot be known: %s', async (build, why) => {
    const found = (await fingerprints(folderWith({ Dockerfile: 'FROM base\n' }), `a: {build: ${build}}`)).get('a')!;
    expect(found).toMatchObject({ inputs: null, unknown: why });
  });

  it('of an image-only service are its reference', async () => {
    const found = await fingerprints(folderWith(), 'a: {image: "redis:7"}\nb: {image: "redis:8"}');
    expect(found.get('a')!.inputs).not.toBe(found.get('b')!.inputs);
    expect(found.get('a')!.bases).toEqual([]);
  });
});

describe('bases', () => {
  it('are asked for once and said as they are now', async () => {
    const asked: string[] = [];
    const root = folderWith({ Dockerfile: 'FROM python AS x\nFROM scratch\nCOPY --from=x /a /a\nCOPY --from=gone /a /b\n' });
    const fleet = await fleetIn(root, 'a: {build: {context: ROOT}}\nb: {build: {context: ROOT}}');
    const found = await fingerprintServices(fleet, fleet.services, async (ref) => {
      asked.push(ref);
      return ref === 'python' ? { id: 'sha256:1', created: '2026-01-01T00:00:00.000Z' } : null;
    });
    expect(asked).toEqual(['python', 'gone']);
    expect(found.get('b')!.bases).toEqual([
      { ref: 'python', image: 'sha256:1', created: '2026-01-01T00:00:00.000Z' },
      { ref: 'gone', image: null, created: null },
    ]);
  });
});

describe('config', () => {
  const config = async (service: string) =>
    (await fingerprints(folderWith({ Dockerfile: 'FROM scratch\n' }), `a: ${service}`)).get('a')!.config;

  it.each([
    'scale: 3',
    'depends_on: {b: {condition: service_started}}',
    'profiles: [p], pull_policy: always',
    'build: {context: ROOT}',
  ])('is the same with %s', async (more) => expect(await config(`{image: x, ${more}}`)).toBe(await config('{image: x}')));

  it('counts the rest of the deploy section, but not the replicas', async () => {
    const deploy = (text: string) => config(`{image: x, deploy: {${text}}}`);
    expect(await deploy('replicas: 2, labels: {a: b}')).toBe(await deploy('replicas: 3, labels: {a: b}'));
    expect(await deploy('labels: {a: b}')).not.toBe(await deploy('labels: {a: c}'));
  });

  it('holds digests only: no value can be read from it', async () => {
    expect(await config('{image: x, environment: {PASSWORD: hunter2}}')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('changes with the environment whatever the order of its keys', async () => {
    const one = await config('{image: x, environment: {A: "1", B: "2"}}');
    expect(await config('{environment: {B: "2", A: "1"}, image: x}')).toBe(one);
    expect(await config('{image: x, environment: {A: "1", B: "3"}}')).not.toBe(one);
  });
});
