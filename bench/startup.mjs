import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { firstLine, run } from './lib/child.mjs';
import { writeFleet } from './lib/fleet.mjs';
import { median, shown, table } from './lib/numbers.mjs';

const HELP = `Measures how long Slipway takes to start and to plan for a fleet of 40 services, each call in turn with the others.

node bench/startup.mjs [--runs 15] [--services 40] [--slipway FILE] [--json FILE]

It needs dist/slipway.mjs (npm run build) and a Docker engine, on which it makes nothing. It writes nothing but what it prints, and FILE.`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '15' },
    services: { type: 'string', default: '40' },
    slipway: { type: 'string', default: fileURLToPath(new URL('../dist/slipway.mjs', import.meta.url)) },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const folder = values.help ? '' : await mkdtemp(join(tmpdir(), 'slipway-bench-'));
const slipway = resolve(values.slipway);

const MEASURED = {
  'node alone': [process.execPath, '-e', '0'],
  'slipway --version': [process.execPath, slipway, '--version'],
  'docker compose config': ['docker', 'compose', 'config', '--format', 'json'],
  'slipway plan': [process.execPath, slipway, 'plan'],
};

async function main() {
  const load = loadavg()[0];
  await writeFleet(folder, { name: 'slipway-bench-startup', base: 'scratch', services: Number(values.services), seed: 1 });
  const samples = Object.fromEntries(Object.keys(MEASURED).map((name) => [name, []]));
  for (let round = -1; round < Number(values.runs); round += 1) {
    for (const [name, argv] of Object.entries(MEASURED)) {
      const { seconds, cpu } = await run(argv, { cwd: folder });
      // The first round only warms the file cache.
      if (round >= 0) samples[name].push({ ms: seconds * 1000, cpuMs: cpu === null ? null : cpu * 1000 });
    }
  }
  const wall = (name) => median(samples[name].map((s) => s.ms));
  const rows = Object.entries(samples).map(([name, own]) => {
    const times = own.map((s) => s.ms);
    return [
      name,
      shown(wall(name), 0),
      shown(Math.min(...times), 0),
      shown(Math.max(...times), 0),
      shown(median(own.map((s) => s.cpuMs)), 0),
    ];
  });
  const planning = wall('slipway plan') - wall('docker compose config');
  console.log(
    `node ${process.version}, Compose ${await firstLine('docker', 'compose', 'version', '--short')}, ${availableParallelism()} cores`,
  );
  console.log(
    `${values.services} services, ${values.runs} calls each, load ${shown(load)} at the start and ${shown(loadavg()[0])} at the end\n`,
  );
  console.log(table([['ms', 'median', 'least', 'most', 'CPU'], ...rows]));
  console.log(`\n--version: ${shown(wall('slipway --version'), 0)} ms, wanted < 100`);
  console.log(`plan beyond docker compose config: ${shown(planning, 0)} ms, wanted < 500`);
  if (values.json) await writeFile(values.json, `${JSON.stringify({ samples, planning, load }, null, 2)}\n`);
}

if (values.help) console.log(HELP);
else {
  try {
    await main();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
