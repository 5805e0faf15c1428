import { join } from 'node:path';
import { choosePortPrefix, PORT_PREFIX_VARIABLE } from './demo/ports.mjs';
import { PURPOSES, ROOT } from './setup/parts.mjs';
import { runVisibly } from './setup/run.mjs';
import { nodeProblem, problemsOf, setUp } from './setup/set-up.mjs';

const FLEET = 'examples/homeiq';
const PROJECT = 'homeiq';
const CONFIG = 'scripts/phase1-service-config.yaml';

/** Exit codes of a rebuild that has begun: done, a service failed, a rollback failed, stopped by a signal. */
const STARTED = new Set([0, 1, 3, 130, 143]);
const TOUCHES_NOTHING = new Set(['--dry-run', '--help', '-h']);

/** `npm run demo`: sets up what is missing, then rebuilds the example fleet; further arguments go to `slipway rebuild`. */
process.exitCode = await demo(process.argv.slice(2));

async function demo(passedOn) {
  const problem = nodeProblem() ?? problemsOf(await setUp(PURPOSES.demo));
  if (problem !== null) return refuse(problem);
  const prefix = await choosePortPrefix({ folder: join(ROOT, FLEET), project: PROJECT });
  if (prefix === null) return refuse(`the fleet's host ports are taken: free them, or set ${PORT_PREFIX_VARIABLE} to a digit`);
  if (prefix !== '') console.log(`demo: host ports begin with ${prefix} (${PORT_PREFIX_VARIABLE}=${prefix})`);

  const rebuild = ['rebuild', '--project-dir', FLEET, '--config', CONFIG, ...passedOn];
  console.log(`demo: slipway ${rebuild.join(' ')}\n`);
  const { code } = await runVisibly([process.execPath, 'dist/slipway.mjs', ...rebuild], {
    cwd: ROOT,
    env: { [PORT_PREFIX_VARIABLE]: prefix },
  });
  if (STARTED.has(code) && !passedOn.some((option) => TOUCHES_NOTHING.has(option))) console.log(whereToLook(prefix, code));
  return code;
}

function whereToLook(prefix, code) {
  return [
    '',
    'demo: where to look',
    `  a service        curl http://127.0.0.1:${prefix}8009/version`,
    `  all containers   docker compose -p ${PROJECT} ps`,
    `  state            ${FLEET}/.rebuild_state_phase1.json`,
    `  logs             ${FLEET}/logs/`,
    ...(code === 0 ? [] : ['  go on            npm run demo -- --continue']),
    `  remove it all    docker compose -p ${PROJECT} down`,
  ].join('\n');
}

function refuse(problem) {
  console.error(`demo: ${problem}`);
  return 2;
}
