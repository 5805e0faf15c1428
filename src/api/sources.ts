import { homedir } from 'node:os';
import { join } from 'node:path';
import { createDockerEngine } from '../docker/engine.ts';
import { fileSource } from '../fleet/fleet-source.ts';
import type { Sources } from '../run/planning.ts';
import { systemClock } from '../util/clock.ts';
import { nodeDisk } from '../util/node-disk.ts';
import type { FleetOptions } from './options.ts';
import { thisProcess } from './this-process.ts';

/** What plans and runs are made from: Docker, the files, the machine's clock. */
export function sourcesFor({ env = thisProcess.env() }: FleetOptions): Sources {
  const configHome = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config');
  return { engine: createDockerEngine(env), disk: nodeDisk, source: fileSource, clock: systemClock, configHome };
}
