/**
 * Proves that the services' test suites can fail: breaks each handler in a temporary copy, runs the service's suite on it in
 * the base image, and wants it red there and green on the unbroken copy.
 *
 *   node scripts/break-handlers.mjs [service...]
 *
 * Prints a line a service; exit code 1 when a suite survives, 2 when a service is unknown. PYTHON_BASE and NODE_BASE name other
 * base images.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { breaksOf } from './handler-breaks.mjs';

// What a runner that found failing tests ends with, and what `timeout` ends with.
const RED = [1, 124];

const FLEET = fileURLToPath(new URL('..', import.meta.url));

const STACKS = {
  python: {
    image: process.env.PYTHON_BASE ?? 'slipway-base-python:bookworm',
    folders: (service) => [
      [`services/${service}`, '.'],
      ['libs/homeiq', 'homeiq'],
    ],
    home: () => '.',
    test: 'pytest -q -p no:cacheprovider',
  },
  nodejs: {
    image: process.env.NODE_BASE ?? 'slipway-base-node:bookworm',
    folders: (service) => [
      [`services/${service}`, `services/${service}`],
      ['libs/node', 'libs/node'],
    ],
    home: (service) => `services/${service}`,
    test: 'npm test',
  },
};

process.exitCode = await main(process.argv.slice(2));

async function main(names) {
  const services = await configuredServices();
  const unknown = names.filter((name) => !services.some((service) => service.name === name));
  if (unknown.length > 0) {
    console.error(`break-handlers: not a service of this fleet: ${unknown.join(', ')}`);
    return 2;
  }
  const waiting = services.filter(({ name }) => names.length === 0 || names.includes(name));
  const width = Math.max(...waiting.map(({ name }) => name.length));
  const folder = await mkdtemp(join(tmpdir(), 'homeiq-breaks-'));
  let bad = 0;
  const work = async () => {
    for (let service = waiting.shift(); service; service = waiting.shift()) {
      const { good, text } = await judge(service, join(folder, service.name));
      if (!good) bad += 1;
      console.log(`${good ? 'ok ' : 'BAD'} ${service.name.padEnd(width)}  ${text}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.max(2, cpus().length) }, work));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return bad === 0 ? 0 : 1;
}

async function configuredServices() {
  const { categories } = parse(await readFile(join(FLEET, 'scripts/phase1-service-config.yaml'), 'utf8'));
  return Object.values(categories).flatMap(({ services }) => services);
}

/** Whether the suite passes unbroken and fails with each break, and a sentence that says so. */
async function judge({ name, stack }, folder) {
  const { file, breaks } = breaksOf(await sourceOf(name));
  await copyService({ name, stack, to: join(folder, 'unbroken') });
  for (const [number, { source }] of breaks.entries()) {
    const copy = join(folder, `break-${number}`);
    await copyService({ name, stack, to: copy });
    await writeFile(join(copy, STACKS[stack].home(name), file), source);
  }
  const codes = await runSuites({ name, stack, folder });
  const survived = breaks.filter((_, number) => !RED.includes(codes.get(`break-${number}`)));
  const handlers = new Set(breaks.map(({ handler }) => handler));
  if (codes.get('unbroken') !== 0) return { good: false, text: `fails unbroken (code ${codes.get('unbroken')})` };
  if (codes.size !== breaks.length + 1) return { good: false, text: 'the container did not run every suite' };
  if (survived.length > 0) return { good: false, text: `survives: ${survived.map(({ what }) => what).join('; ')}` };
  return {
    good: breaks.length > 0,
    text: `passes, and fails with each of ${breaks.length} breaks in ${[...handlers].join(', ')}`,
  };
}

async function sourceOf(name) {
  for (const file of ['app.py', 'prepare.py', 'handlers.js']) {
    const source = await readFile(join(FLEET, 'services', name, file), 'utf8').catch(() => null);
    if (source !== null) return { file, source };
  }
  throw new Error(`services/${name} has no source that this script knows`);
}

async function copyService({ name, stack, to }) {
  for (const [from, into] of STACKS[stack].folders(name)) {
    await mkdir(join(to, into), { recursive: true });
    await cp(join(FLEET, from), join(to, into), { recursive: true, filter: (path) => !/__pycache__|\.pytest_cache/.test(path) });
  }
}

/** Exit code of the suite by copy. One container for all of a service's copies: starting one takes longer than a suite. */
async function runSuites({ name, stack, folder }) {
  const { image, home, test } = STACKS[stack];
  const loop = `for copy in *; do (cd "$copy/${home(name)}" && PYTHONPATH=. timeout 60 ${test}) >/dev/null 2>&1; echo "$copy $?"; done`;
  const settings = ['--env', 'PYTHONDONTWRITEBYTECODE=1', '--env', 'NPM_CONFIG_UPDATE_NOTIFIER=false'];
  const place = ['--volume', `${folder}:/copies:ro`, '--workdir', '/copies'];
  const argv = ['run', '--rm', '--network', 'none', ...settings, ...place, image, 'sh', '-c', loop];
  const output = await new Promise((resolve, reject) => {
    execFile('docker', argv, (error, stdout, stderr) => (error ? reject(new Error(stderr || error.message)) : resolve(stdout)));
  });
  return new Map(
    output
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([copy, code]) => [copy, Number(code)]),
  );
}
