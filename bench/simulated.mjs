import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { run } from './lib/child.mjs';
import { median, shown, table } from './lib/numbers.mjs';

const HELP = `Plans and rebuilds one large fleet on the simulated engine, in virtual time, and prints what it takes.

node bench/simulated.mjs [--services 10000] [--batch-size 100] [--runs 3] [--seed 1] [--json FILE]

It needs neither a Docker engine nor a build. "executor" is the planner and the executor alone, as slipway simulate runs them; "rebuild" is
the whole use case: lock, plan, journal, state file, logs, releases, all on a disk in memory, whose content counts as memory.
CPU time is that of all threads, the garbage collector's too; on a busy machine it says more than the wall time.`;

const { values } = parseArgs({
  options: {
    services: { type: 'string', default: '10000' },
    'batch-size': { type: 'string', default: '100' },
    runs: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const WANTED = { 'plan, s': 1, 'run, s': 10, 'peak, MB': 400 };

async function main(folder) {
  const program = join(folder, 'simulated-run.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('simulated-run.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const load = loadavg()[0];
  const samples = { executor: [], rebuild: [] };
  for (let i = 0; i < Number(values.runs); i += 1) {
    for (const what of Object.keys(samples)) samples[what].push(await measure(program, what));
  }
  const first = samples.rebuild[0];
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim()})`;
  console.log(`node ${process.version}, ${machine}, load ${shown(load)} at the start and ${shown(loadavg()[0])} at the end`);
  console.log(
    `${first.services} services, ${first.edges} dependencies, batch size ${values['batch-size']}, ${values.runs} runs each\n`,
  );
  const of = (what, key, digits = 1) => shown(median(samples[what].map((s) => s[key])), digits);
  const rows = Object.keys(samples).map((what) => [
    what,
    ...['plan', 'planCpu', 'run', 'runCpu'].map((key) => of(what, key)),
    of(what, 'peak', 0),
    of(what, 'virtual', 0),
  ]);
  console.log(table([['median', 'plan, s', 'CPU, s', 'run, s', 'CPU, s', 'peak, MB', 'virtual, s'], ...rows]));
  console.log(
    `\nwanted: ${Object.entries(WANTED)
      .map(([what, most]) => `${what} < ${most}`)
      .join('; ')}`,
  );
  if (values.json) await writeFile(values.json, `${JSON.stringify({ samples, load }, null, 2)}\n`);
}

/** One process for each, so that the peak is its own. */
async function measure(program, what) {
  const { stdout, peak } = await run([process.execPath, program, what, values.services, values['batch-size'], values.seed]);
  const { planMs, planCpuMs, runMs, runCpuMs, virtualMs, ...rest } = JSON.parse(stdout);
  const seconds = { plan: planMs, planCpu: planCpuMs, run: runMs, runCpu: runCpuMs, virtual: virtualMs };
  return { ...rest, ...Object.fromEntries(Object.entries(seconds).map(([key, ms]) => [key, ms / 1000])), peak };
}

if (values.help) console.log(HELP);
else {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  try {
    await main(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
