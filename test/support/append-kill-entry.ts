import { homedir } from 'node:os';
import { createDockerEngine } from '../../src/docker/engine.ts';
import { fileSource } from '../../src/fleet/fleet-source.ts';
import type { Event } from '../../src/journal/events.ts';
import { NO_OPTIONS } from '../../src/plan/options.ts';
import type { PlanOptions } from '../../src/plan/types.ts';
import { StopController } from '../../src/run/executor/stop.ts';
import { rebuild } from '../../src/run/rebuild.ts';
import type { RebuildDeps } from '../../src/run/rebuild-types.ts';
import { rollback } from '../../src/run/rollback.ts';
import { systemClock } from '../../src/util/clock.ts';
import { readHostIdentity } from '../../src/util/host-identity.ts';
import { nodeDisk } from '../../src/util/node-disk.ts';
import { momentOf } from './append-moment.ts';

/*
 * A rebuild of the present folder that dies of SIGKILL right after a journal append: the first argument is its number, or what is appended
 * (`web:replace:intent`). `continue` as the second one goes on with the last run, `rollback` puts the whole fleet back; the third one is options as JSON. Live progress and health
 * samples do not count, for nothing rests on them. For crash tests only: it is in no bundle that is published.
 */
const [, , last = '', mode, more = '{}'] = process.argv;
let appended = 0;

function dieAt(event: Event): void {
  if (event.type === 'step-progress' || event.type === 'health-sample') return;
  appended += 1;
  if (last === String(appended) || last === momentOf(event)) process.kill(process.pid, 'SIGKILL');
}

const options: PlanOptions = { ...NO_OPTIONS, ...JSON.parse(more) };

const request = {
  load: { cwd: process.cwd(), projectDir: null, configFile: null, envFiles: [], profiles: [] },
  continue: mode === 'continue',
  changes: { services: [], categories: [] },
  lockWaitMs: 0,
  command: 'append-kill',
};

const deps: RebuildDeps = {
  engine: createDockerEngine(process.env),
  clock: systemClock,
  disk: nodeDisk,
  source: fileSource,
  me: await readHostIdentity(process.pid),
  version: '0.0.0',
  stop: new StopController(),
  env: process.env,
  configHome: process.env.XDG_CONFIG_HOME ?? homedir(),
  onLive: () => {},
  say: () => {},
  afterAppend: dieAt,
};

const result =
  mode === 'rollback'
    ? await rollback({ ...request, options: { ...options, rollback: { to: null, all: true, targets: {} } }, agreed: null }, deps)
    : await rebuild({ ...request, options, planFile: null }, deps);
process.exit(result.exitCode);
