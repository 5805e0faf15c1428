import { createDockerEngine } from '../docker/engine.ts';
import { createDockerHost } from '../docker/host.ts';
import { createOutside } from '../docker/outside/outside.ts';
import { fileSource } from '../fleet/fleet-source.ts';
import type { StopController } from '../run/executor/stop.ts';
import type { RebuildDeps } from '../run/rebuild-types.ts';
import { readHostIdentity } from '../util/host-identity.ts';
import { nodeDisk } from '../util/node-disk.ts';
import { VERSION } from '../util/version.ts';
import { configHome } from './invocation.ts';
import type { World } from './world.ts';

/** What every use case works with in this process, but for how it shows itself: engine, disk, clock and who we are. */
export async function processDeps(world: World, stop: StopController): Promise<Omit<RebuildDeps, 'onLive' | 'say'>> {
  return {
    engine: createDockerEngine(world.env),
    machine: { host: createDockerHost(world.env), outside: createOutside(world.env) },
    clock: world.clock,
    disk: nodeDisk,
    source: fileSource,
    me: await readHostIdentity(world.pid),
    version: VERSION,
    stop,
    env: world.env,
    configHome: configHome(world.env),
  };
}
