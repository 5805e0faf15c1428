import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './setup/parts.mjs';
import { runVisibly } from './setup/run.mjs';
import { problemsOf, setUp } from './setup/set-up.mjs';
import { refuse } from './tiers/tiers.mjs';

const HELP = `What takes too long for \`npm test\`: runs with random faults, each seed printed, until one goes wrong or all have gone well.

npm run soak -- [--simulated N] [--docker N] [--appends] [--seed S]

  --simulated N   N random fleets and fault schedules on the simulated engine (20000 when nothing is chosen)
  --docker N      N runs with random faults of a fleet of 12 services on Docker (100 when nothing is chosen)
  --appends       on Docker, kill -9 after every single journal append of a reference run
  --seed S        begin with this seed: with 1 for N, the same faults as in a run that printed it`;

const ON_DOCKER = { needs: ['cli', 'engine', 'base-busybox'], config: 'test/soak/vitest.config.ts' };

/** A part is one vitest file; `runs` = how many when nothing is chosen. */
const PARTS = {
  simulated: { runs: 20_000, needs: ['packages'], config: 'vitest.config.ts', file: 'test/simulated/stories.test.ts' },
  docker: { runs: 100, ...ON_DOCKER, file: 'test/soak/docker.soak.ts' },
  appends: { runs: 1, ...ON_DOCKER, file: 'test/soak/appends.soak.ts' },
};

const { values } = parseArgs({
  options: {
    simulated: { type: 'string' },
    docker: { type: 'string' },
    appends: { type: 'boolean', default: false },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

process.exitCode = values.help ? help() : await soak(chosenParts());

function help() {
  console.log(HELP);
  return 0;
}

/** The parts and their number of runs. */
function chosenParts() {
  const all = Object.keys(PARTS);
  const chosen = all.filter((name) => values[name]);
  return (chosen.length > 0 ? chosen : all).map((name) => ({
    ...PARTS[name],
    name,
    runs: typeof values[name] === 'string' ? Number(values[name]) : PARTS[name].runs,
  }));
}

async function soak(parts) {
  const wrong = parts.find(({ runs }) => !Number.isSafeInteger(runs) || runs < 1);
  if (wrong) return refuse(`--${wrong.name} takes a number of runs, and got ${values[wrong.name]}`);
  const problems = problemsOf(await setUp([...new Set(parts.flatMap(({ needs }) => needs))]));
  if (problems !== null) return refuse(problems);
  for (const part of parts) {
    const code = await runPart(part);
    if (code !== 0) return code;
  }
  return 0;
}

async function runPart({ runs, config, file }) {
  const vitest = [process.execPath, join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--config', join(ROOT, config), file];
  // Each soak begins elsewhere.
  const seed = values.seed ?? String(Date.now() % 1_000_000_000);
  const env = { SLIPWAY_STORIES: String(runs), SLIPWAY_FIRST_SEED: seed };
  const { code, interrupted } = await runVisibly(vitest, { cwd: ROOT, env });
  return interrupted ? 130 : code;
}
