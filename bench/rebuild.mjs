import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { firstLine, interrupt, run } from './lib/child.mjs';
import { downtimes, followEvents } from './lib/downtime.mjs';
import { BUILD_SECONDS, writeFleet } from './lib/fleet.mjs';
import { median, shown, table } from './lib/numbers.mjs';

const HELP = `Rebuilds one fleet of tiny services with Docker Compose and with Slipway, in turns, and prints how long each takes.

node bench/rebuild.mjs [--runs 3] [--services 40] [--seed 1] [--only NAMES] [--slipway FILE] [--base IMAGE]
                       [--cpu-usage FILE] [--json FILE]

It needs dist/slipway.mjs (npm run build) and the base image (npm run demo makes it). It makes a Compose project of its own and removes
it, and writes nothing but what it prints, and the JSON file. --cpu-usage names a file that holds nanoseconds of CPU time, such as the
cpuacct.usage of a control group in which the engine and this run, and nothing else: then the CPU time of everything is told.`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    services: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    slipway: { type: 'string', default: fileURLToPath(new URL('../dist/slipway.mjs', import.meta.url)) },
    base: { type: 'string', default: 'slipway-base-busybox:bookworm' },
    'cpu-usage': { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const project = `slipway-bench-${process.pid}`;
const services = Number(values.services);
const folder = values.help ? '' : await mkdtemp(join(tmpdir(), 'slipway-bench-'));

const compose = (...args) => run(['docker', 'compose', ...args], { cwd: folder });
const slipway = (...args) => run([process.execPath, resolve(values.slipway), ...args], { cwd: folder });
const composeUp = () => compose('up', '-d', '--wait');
const rebuild = (...args) => slipway('rebuild', '--skip-tests', '--output', 'plain', ...args);

/** What is measured. `after` has to come right before it: "nothing changed" is so only after one's own rebuild. */
const MEASURED = {
  'compose --no-cache': { replaces: true, call: () => both(compose('build', '--no-cache'), composeUp) },
  'compose unchanged': { replaces: false, call: () => both(compose('build'), composeUp) },
  'slipway --no-cache --batch-size all': { replaces: true, call: () => rebuild('--no-cache', '--batch-size', 'all') },
  'slipway --no-cache --batch-size 5': { replaces: true, call: () => rebuild('--no-cache', '--batch-size', '5') },
  'slipway unchanged': { replaces: false, call: () => rebuild() },
};

/** Those that rest on each other stay together; every second repetition begins with the other side. */
const ORDERS = [
  [
    'compose --no-cache',
    'compose unchanged',
    'slipway --no-cache --batch-size all',
    'slipway --no-cache --batch-size 5',
    'slipway unchanged',
  ],
  [
    'slipway --no-cache --batch-size 5',
    'slipway --no-cache --batch-size all',
    'slipway unchanged',
    'compose --no-cache',
    'compose unchanged',
  ],
];

const TARGETS = [
  ['slipway --no-cache --batch-size all', 'compose --no-cache', 1.5],
  ['slipway --no-cache --batch-size 5', 'compose --no-cache', 1.9],
  ['slipway unchanged', 'compose unchanged', 0.5],
];

async function both(first, next) {
  const one = await first;
  const two = await next();
  return { seconds: one.seconds + two.seconds, parts: [one.seconds, two.seconds], cpu: one.cpu + two.cpu, peak: null };
}

/** Seconds of CPU time that the given file tells; null without one. */
function usedSeconds() {
  const file = values['cpu-usage'];
  return file === undefined ? null : Number(readFileSync(file, 'utf8')) / 1e9;
}

async function measure(name) {
  const following = await followEvents(project);
  try {
    return await measureFollowed(name, following);
  } finally {
    await following.stop();
  }
}

async function measureFollowed(name, following) {
  const { replaces, call } = MEASURED[name];
  const load = loadavg()[0];
  const usedBefore = usedSeconds();
  const { seconds, parts, cpu, peak } = await call();
  const all = usedBefore === null ? null : usedSeconds() - usedBefore;
  const away = downtimes(await following.stop());
  const wanted = replaces ? services : 0;
  if (away.length !== wanted) throw new Error(`${name}: ${away.length} services were replaced, not ${wanted}`);
  const sample = { name, seconds, parts, cpu, all, peak, load, away };
  const start = median(away.map((a) => a.toStart));
  const healthy = median(away.map((a) => a.toHealthy));
  const down = replaces ? `, down ${shown(start, 2)} s to start, ${shown(healthy, 2)} s to healthy` : '';
  console.log(
    `  ${name}: ${shown(seconds)} s${parts ? ` (${parts.map((p) => shown(p)).join(' + ')})` : ''}${down}, CPU ${shown(cpu)} s${all === null ? '' : ` of ${shown(all)} s`}, load ${shown(load)}`,
  );
  return sample;
}

function summary(samples) {
  const of = (name) => samples.filter((s) => s.name === name);
  const seconds = (name) => median(of(name).map((s) => s.seconds));
  const down = (name, key) => median(of(name).flatMap((s) => s.away.map((a) => a[key])));
  const names = Object.keys(MEASURED).filter((name) => of(name).length > 0);
  const rows = names.map((name) => {
    const own = of(name);
    const peaks = own.map((s) => s.peak).filter((p) => p !== null);
    return {
      name,
      seconds: seconds(name),
      all: own.map((s) => s.seconds),
      ratio: name.startsWith('slipway') ? ratio(name) : null,
      cpu: median(own.map((s) => s.cpu)),
      cpuOfAll: median(own.map((s) => s.all)),
      toStart: down(name, 'toStart'),
      toHealthy: down(name, 'toHealthy'),
      peak: peaks.length > 0 ? Math.max(...peaks) : null,
    };
  });
  function ratio(name) {
    const [, against, most] = TARGETS.find(([measured]) => measured === name);
    const other = seconds(against);
    return other === null ? null : { value: seconds(name) / other, most };
  }
  return rows;
}

function print(rows) {
  const head = ['', 'median s', 'each', 'ratio', 'wanted', 'client CPU s', 'of all', 'down: to start', 'to healthy', 'peak MB'];
  const lines = rows.map((r) => [
    r.name,
    shown(r.seconds),
    r.all.map((s) => shown(s)).join(' '),
    shown(r.ratio?.value, 2),
    r.ratio ? `<= ${r.ratio.most}` : '–',
    shown(r.cpu),
    shown(r.cpuOfAll),
    shown(r.toStart, 2),
    shown(r.toHealthy, 2),
    shown(r.peak, 0),
  ]);
  console.log(`\n${table([head, ...lines])}`);
}

async function versions() {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'not known',
    system: (await firstLine('sh', '-c', '. /etc/os-release && echo "$PRETTY_NAME"')) || process.platform,
    node: process.version,
    docker: await firstLine('docker', 'version', '--format', '{{.Server.Version}}'),
    compose: await firstLine('docker', 'compose', 'version', '--short'),
    buildx: await firstLine('docker', 'buildx', 'version'),
    slipway: await firstLine(process.execPath, resolve(values.slipway), '--version'),
  };
}

async function main() {
  const facts = await versions();
  console.log(
    Object.entries(facts)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
  );
  console.log(
    `${services} services, builds of ${BUILD_SECONDS.all} s in all and ${BUILD_SECONDS.most} s at most, seed ${values.seed}\n`,
  );
  await writeFleet(folder, { name: project, base: values.base, services, seed: Number(values.seed) });
  await both(compose('build'), composeUp);
  const samples = [];
  const only = values.only?.split(',');
  for (let repetition = 0; repetition < Number(values.runs); repetition += 1) {
    console.log(`run ${repetition + 1} of ${values.runs}`);
    for (const name of ORDERS[repetition % ORDERS.length]) if (!only || only.includes(name)) samples.push(await measure(name));
  }
  const rows = summary(samples);
  print(rows);
  if (values.json)
    await writeFile(values.json, `${JSON.stringify({ facts, services, seed: values.seed, rows, samples }, null, 2)}\n`);
}

if (values.help) console.log(HELP);
else {
  // Ctrl-C ends the command that runs, and with it the benchmark, which then removes what it made.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, interrupt);
  try {
    await main();
  } finally {
    await compose('down', '--timeout', '1').catch((error) => console.error(error.message));
    await removeImages();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of this fleet only: its tags, among them Slipway's backups. */
async function removeImages() {
  const listed = await run([
    'docker',
    'image',
    'ls',
    '--format',
    '{{.Repository}}:{{.Tag}}',
    '--filter',
    `reference=${project}/*`,
  ]);
  const tags = listed.stdout
    .trim()
    .split('\n')
    .filter((tag) => tag.startsWith(`${project}/`));
  for (let at = 0; at < tags.length; at += 50) await run(['docker', 'image', 'rm', ...tags.slice(at, at + 50)]);
}
