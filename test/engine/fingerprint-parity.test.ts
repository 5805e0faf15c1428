import { appendFileSync, chmodSync, lstatSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { createDockerEngine } from '../../src/docker/engine.ts';
import { fingerprintServices } from '../../src/fleet/fingerprint/fingerprint.ts';
import { loadFleet } from '../../src/fleet/load.ts';
import type { Fleet } from '../../src/fleet/types.ts';
import type { ImageId } from '../../src/model/ids.ts';
import { BUSYBOX, type ComposeProject, composeProject } from '../support/compose-project.ts';
import { removeEverythingOf } from '../support/engine-facts.ts';
import { recordedIo } from '../support/step-io.ts';

interface Case {
  /** After `FROM busybox`, unless it begins with FROM or ARG. */
  readonly dockerfile: string;
  /** Path to content; `-> x` is a link. */
  readonly files: Readonly<Record<string, string>>;
  /** Compose's build section besides the context. */
  readonly build?: Readonly<Record<string, unknown>>;
  /** The files that may change without a rebuild, by what the fingerprint has to say. */
  readonly free: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  'source patterns': {
    dockerfile: 'COPY *.json conf/[ab].ini d?/x /conf/',
    files: {
      'package.json': '{}',
      'conf/a.ini': 'a',
      'conf/c.ini': 'c',
      'd1/x': '1',
      'd1/y': 'y',
      'd10/x': 'x',
      'README.md': 'r',
    },
    free: ['README.md', 'conf/c.ini', 'd1/y', 'd10/x'],
  },
  'hidden files': { dockerfile: 'COPY * /all/', files: { '.hidden': 'h', shown: 's' }, free: [] },
  'an ignore file with exceptions': {
    dockerfile: 'COPY app /app\nCOPY docs/*.md /docs/',
    files: {
      '.dockerignore': 'app/skip\n**/*.log\n!app/keep.log\ndocs\n!docs/kept.md\n',
      'app/main.py': 'm',
      'app/skip/y': 'y',
      'app/keep.log': 'k',
      'app/lose.log': 'l',
      'app/sub/deep.log': 'd',
      'docs/kept.md': 'k',
      'docs/gone.md': 'g',
      other: 'o',
    },
    free: ['.dockerignore', 'app/lose.log', 'app/skip/y', 'app/sub/deep.log', 'docs/gone.md', 'other'],
  },
  'all but what is ignored': {
    dockerfile: 'COPY . /all',
    files: { '.dockerignore': '*\n!src\nsrc/*.tmp\n', 'src/a': 'a', 'src/b.tmp': 'b', 'lib/c': 'c', top: 't' },
    free: ['.dockerignore', 'lib/c', 'src/b.tmp', 'top'],
  },
  'an ignore file of the Dockerfile': {
    dockerfile: 'COPY . /all',
    files: { 'Dockerfile.dockerignore': 'Dockerfile*\nskipped\n', '.dockerignore': 'taken\n', taken: 't', skipped: 's' },
    free: ['Dockerfile.dockerignore', 'skipped'],
  },
  heredocs: {
    dockerfile: 'COPY <<ONE /one\nCOPY app /app\nONE\nRUN <<TWO\ncp /one /two\nTWO\nCOPY real /real',
    files: { real: 'r', app: 'a' },
    free: ['app'],
  },
  stages: {
    dockerfile: [
      `FROM ${BUSYBOX} AS made`,
      'COPY in /in',
      `FROM ${BUSYBOX} AS unused`,
      'COPY unused /unused',
      `FROM made AS Upon`,
      'COPY more /more',
      `FROM ${BUSYBOX}`,
      'COPY --from=upon /in /more /got/',
      'COPY --from=0 /in /again',
    ].join('\n'),
    files: { in: 'i', unused: 'u', more: 'm' },
    free: ['unused'],
  },
  'a target': {
    dockerfile: `FROM ${BUSYBOX} AS first\nCOPY one /one\nFROM first\nCOPY two /two`,
    files: { one: '1', two: '2' },
    build: { target: 'first' },
    free: ['two'],
  },
  'named contexts': {
    dockerfile: 'COPY --from=lib src /src\nCOPY app /app\nRUN --mount=type=bind,from=lib,source=tools,target=/t cp /t/a /a',
    files: { app: 'a', src: 'not this one', 'lib/src/x': 'x', 'lib/tools/a': 'a', 'lib/unused': 'u' },
    build: { additional_contexts: { lib: './CASE/lib' } },
    free: ['lib/unused', 'src'],
  },
  'bind mounts': {
    dockerfile: 'RUN --mount=type=bind,source=tools,target=/t cp /t/a /a\nRUN --mount=type=cache,target=/c true',
    files: { 'tools/a': 'a', 'tools/sub/b': 'b', other: 'o' },
    free: ['other'],
  },
  'a bind mount of everything': {
    dockerfile: 'RUN --mount=target=/src cp /src/one /one',
    files: { '.dockerignore': 'skip\n', one: '1', two: '2', skip: 's' },
    free: ['skip'],
  },
  'arguments in paths': {
    dockerfile: `ARG BASE=${BUSYBOX}\nFROM \${BASE}\nARG DIR=v1\nARG FILE=\${DIR}/data\nENV SUB=\${NONE:-deep}\nCOPY $FILE \${DIR}/\${SUB}/x /got/`,
    files: { 'v1/data': '1', 'v2/data': '2', 'v2/deep/x': 'x', 'v2/other': 'o' },
    build: { args: { DIR: 'v2' } },
    free: ['v1/data', 'v2/other'],
  },
  'permission bits': {
    dockerfile: 'COPY run.sh /\nCOPY etc /etc',
    files: { 'run.sh': 'x', 'etc/conf': 'c', 'bin/x': 'b' },
    free: ['bin/x'],
  },
  'a link as the source': {
    dockerfile: 'COPY current /got',
    files: { current: '-> v1', 'v1/a': '1', 'v2/a': '2' },
    free: [],
  },
  'links below the source': {
    dockerfile: 'COPY tree /tree',
    files: { 'tree/link': '-> ../outside', 'tree/file': 'f', outside: 'o', elsewhere: 'e' },
    free: ['elsewhere', 'outside'],
  },
  'names with spaces': { dockerfile: 'COPY ["a b", "/x/"]', files: { 'a b': 'ab', a: 'a', b: 'b' }, free: ['a', 'b'] },
  'paths with dots': {
    dockerfile: 'COPY ./one/../two/. /x/\nCOPY /three /y',
    files: { 'one/a': '1', 'two/b': '2', three: '3' },
    free: ['one/a'],
  },
};

const engine = createDockerEngine(process.env);
const names = Object.keys(CASES);
const serviceName = (name: string) => name.replaceAll(' ', '-').toLowerCase();
let compose: ComposeProject;
let fleet: Fleet;

beforeAll(async () => {
  compose = await composeProject('parity', '');
  const services = Object.fromEntries(names.map((name) => [serviceName(name), { build: writeCase(name) }]));
  writeFileSync(join(compose.folder, 'docker-compose.yml'), stringify({ name: compose.name, services }));
  const request = { cwd: compose.folder, projectDir: null, configFile: null, envFiles: [], profiles: [] };
  const loaded = await loadFleet(request, (project) => engine.render(project));
  if (!loaded.fleet) throw new Error(JSON.stringify(loaded.diagnostics));
  fleet = loaded.fleet;
});
afterAll(async () => {
  await removeEverythingOf(compose.name);
  await compose.remove();
});

/** Writes a case's folder and returns its build section. */
function writeCase(name: string): object {
  const { dockerfile, files, build = {} } = CASES[name]!;
  const folder = join(compose.folder, serviceName(name));
  const text = /^(FROM|ARG) /.test(dockerfile) ? dockerfile : `FROM ${BUSYBOX}\n${dockerfile}`;
  for (const [path, content] of Object.entries({ ...files, Dockerfile: `${text}\n` })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (content.startsWith('-> ')) symlinkSync(content.slice(3), join(folder, path));
    else writeFileSync(join(folder, path), content);
  }
  const section = { context: `./${serviceName(name)}`, ...build };
  return JSON.parse(JSON.stringify(section).replaceAll('CASE', serviceName(name)));
}

interface Change {
  readonly what: string;
  readonly apply: () => void;
}

/** Every file of the case edited and made executable, every folder with one more file. */
function changesOf(folder: string): Change[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = paths.filter((path) => lstatSync(join(folder, path)).isFile());
  const folders = ['', ...paths.filter((path) => lstatSync(join(folder, path)).isDirectory())];
  return [
    ...files.map((path) => ({ what: `edit ${path}`, apply: () => appendFileSync(join(folder, path), '\n# touched\n') })),
    ...files.map((path) => ({ what: `chmod ${path}`, apply: () => chmodSync(join(folder, path), 0o755) })),
    ...files.map((path) => ({ what: `touch ${path}`, apply: () => utimesSync(join(folder, path), 1000, 1000) })),
    ...folders.map((path) => ({ what: `add ${path}`, apply: () => writeFileSync(join(folder, path, 'added'), 'new') })),
  ];
}

async function inputsOf(name: string): Promise<string> {
  const service = fleet.services.find((s) => s.name === serviceName(name))!;
  const { inputs, unknown } = (await fingerprintServices(fleet, [service], async () => null)).get(service.key)!;
  if (inputs === null) throw new Error(unknown!);
  return inputs;
}

async function imageOf(name: string): Promise<ImageId> {
  const service = fleet.services.find((s) => s.name === serviceName(name))!;
  const request = {
    run: '20260204_140000',
    project: fleet.projects[0]!,
    service,
    candidate: `${compose.name}-${service.name}:candidate`,
    target: null,
    noCache: false,
    pull: false,
    timeoutMs: 120_000,
    buildkit: { cache: true, inlineCache: false, builder: 'default', cacheFrom: [], cacheTo: [] },
  };
  const built = await engine.build(request, recordedIo());
  if (!built.ok) throw new Error(JSON.stringify(built.error));
  return built.value.image;
}

/** The case's folder as it was first. */
async function restored(name: string): Promise<string> {
  const folder = join(compose.folder, serviceName(name));
  await rm(folder, { recursive: true });
  writeCase(name);
  return folder;
}

/** The changes that the fingerprint does not see, each made alone. */
async function unseen(name: string, before: string): Promise<string[]> {
  const found: string[] = [];
  for (const { what } of changesOf(await restored(name))) {
    const folder = await restored(name);
    changesOf(folder)
      .find((change) => change.what === what)!
      .apply();
    if ((await inputsOf(name)) === before) found.push(what);
  }
  return found;
}

test.concurrent.each(names)('%s: what the fingerprint calls unchanged is built to the identical image', async (name) => {
  const before = await inputsOf(name);
  const image = await imageOf(name);
  const quiet = await unseen(name, before);
  const edited = quiet.filter((what) => what.startsWith('edit ')).map((what) => what.slice('edit '.length));
  // A comment at the end changes neither the Dockerfile nor an ignore file.
  expect(edited.filter((path) => path !== 'Dockerfile')).toEqual(CASES[name]!.free);

  const folder = await restored(name);
  for (const { what, apply } of changesOf(folder)) if (quiet.includes(what)) apply();
  if ((await imageOf(name)) === image) return;
  const culprits: string[] = [];
  for (const what of quiet) {
    const fresh = await restored(name);
    changesOf(fresh)
      .find((change) => change.what === what)!
      .apply();
    if ((await imageOf(name)) !== image) culprits.push(what);
  }
  expect(culprits).toEqual([]);
  throw new Error('only several of these together change the image');
});
