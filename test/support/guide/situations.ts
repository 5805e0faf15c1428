import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../eventually.ts';
import type { BegunShell, GuideRoom } from './room.ts';

/** Brings a situation about, for real; what it returns undoes what is left of it. */
type Prepare = (room: GuideRoom, world: GuideWorld) => Promise<() => Promise<void> | void>;

/** What situations and checks know of each other. */
export interface GuideWorld {
  /** The fleet as it is in the repository. */
  readonly pristine: string;
  /** The image that weather-api is to run again. */
  weatherApiBefore: string | null;
  /** The image of weather-api in the backup that a situation has taken. */
  smallBackup: string | null;
  /** A rebuild that goes on beside the blocks. */
  running: BegunShell | null;
}

const REBUILD = './scripts/phase1-batch-rebuild.sh';
const APP = 'services/weather-api/app.py';
const DOCKERFILE = 'services/weather-api/Dockerfile';
const COMPOSE = 'docker-compose.yml';
/** Quick services of one category, for runs that are cut short. */
const SHORT_RUN = 'automation-linter automation-miner blueprint-index --no-cache --batch-size 1';
const PYTHON = 'slipway-base-python:bookworm';

/** The situations that marks can name. */
export const SITUATIONS: Readonly<Record<string, Prepare>> = {
  'weather-api-replaced': async (room, world) => {
    world.weatherApiBefore = await weatherApiImage(room);
    room.edit(APP, (text) => `${text}\n# ${world.weatherApiBefore}\n`);
    await room.sh(`${REBUILD} weather-api`);
    return () => mend(room, world);
  },

  'phase0-and-later': async (room, world) => {
    // One that holds few services, and is read and restored in seconds.
    if (world.smallBackup === null || world.smallBackup !== (await weatherApiImage(room))) {
      for (const name of phase0Backups(room)) rmSync(join(room.folder, 'backups', name), { recursive: true });
      await room.sh('./scripts/slipway.sh backup weather-api sports-api influxdb --phase phase0');
      world.smallBackup = await weatherApiImage(room);
    }
    return SITUATIONS['weather-api-replaced']!(room, world);
  },

  'build-fails': async (room, world) => {
    room.edit(DOCKERFILE, (text) => text.replace('COPY app.py', 'RUN fetch-dependencies\nCOPY app.py'));
    await room.sh(`${REBUILD} weather-api`, 1);
    return () => mend(room, world);
  },

  'test-fails': async (room, world) => {
    room.edit(APP, (text) => text.replace('len(KMH_PER_UNIT)', '5'));
    await room.sh(`${REBUILD} weather-api`, 1);
    return () => mend(room, world);
  },

  'health-fails': async (room, world) => {
    world.weatherApiBefore = await weatherApiImage(room);
    room.edit(APP, (text) => text.replace('    app.run()', '    __import__("time").sleep(3600)'));
    // Docker's check at its usual pace would take a minute and a half to give up.
    const check = 'healthcheck: { test: [CMD, python3, -SE, homeiq/probe.py], interval: 1s, retries: 2, start_period: 1s }';
    room.edit(COMPOSE, (text) => text.replace('container_name: homeiq-weather-api\n', (line) => `${line}    ${check}\n`));
    await room.sh(`${REBUILD} weather-api`, 1);
    return () => mend(room, world);
  },

  'port-taken': async (room) => {
    await room.sh('docker stop homeiq-weather-api');
    await room.sh(`docker run --detach --rm --init --name stranger --publish 127.0.0.1:8009:80 ${PYTHON} sleep 3600`);
    return async () => {
      await eventually('the stranger is gone', async () => (await room.sh('docker ps -aq --filter name=stranger')) === '');
    };
  },

  'disk-full': async (room, world) => {
    const disk = await room.sh('docker info --format "{{.DockerRootDir}}"');
    await room.sh(`printf 'FROM ${PYTHON}\\nRUN head -c 80000000 /dev/urandom >/waste\\n' | docker build --quiet -`);
    room.edit(DOCKERFILE, (text) => text.replace('COPY app.py', 'RUN head -c 230000000 /dev/zero >/tmp/bulk\nCOPY app.py'));
    // Room for one more image of the size that it has, so that the rebuild begins, and none for the one that it builds.
    await room.sh(`mount -o remount,size=$(($(df --output=used -m ${disk} | tail -n 1) + 200))m ${disk}`);
    await room.sh(`${REBUILD} weather-api`, 1);
    return async () => {
      await room.sh(`mount -o remount,size=${DISK_MB}m ${disk}`);
      await mend(room, world);
    };
  },

  killed: async (room) => {
    const run = await beginShortRun(room);
    process.kill(-run.pid, 'SIGKILL');
    await run.ended;
    return () => {};
  },

  running: async (room, world) => {
    world.running = await beginShortRun(room);
    return () => {};
  },

  cancelled: async (_room, world) => {
    const { exitCode, text } = await world.running!.ended;
    if (exitCode !== 130) throw new Error(`the cancelled run ended with ${exitCode}\n${text}`);
    return () => {};
  },

  // What was wrong has been undone before.
  mended: async () => () => {},
};

/** The checks that marks can name. */
export const CHECKS: Readonly<Record<string, (room: GuideRoom, world: GuideWorld) => Promise<void>>> = {
  'weather-api-is-back': async (room, { weatherApiBefore }) => {
    const image = await weatherApiImage(room);
    if (image !== weatherApiBefore) throw new Error(`weather-api runs ${image} and not ${weatherApiBefore}`);
    await eventually('weather-api answers', async () => {
      return (await room.sh('curl --silent http://127.0.0.1:8009/health || true')).includes('"ok"');
    });
  },
};

/** The size of the engine's disk when it is not full: more than any demand, and only what is used takes memory. */
export const DISK_MB = 65_536;

/** A run that has begun to build, and goes on for some seconds. */
async function beginShortRun(room: GuideRoom): Promise<BegunShell> {
  const before = runs(room).length;
  const run = room.begin(`exec ${REBUILD} ${SHORT_RUN}`);
  await eventually('a build has begun', () => runs(room).length > before && lastJournal(room).includes('"kind":"build"'));
  return run;
}

async function weatherApiImage(room: GuideRoom): Promise<string> {
  return room.sh('docker inspect --format "{{.Image}}" homeiq-weather-api');
}

function mend(room: GuideRoom, { pristine }: GuideWorld): void {
  for (const path of ['services/weather-api', COMPOSE]) room.takeFrom(pristine, path);
}

function phase0Backups(room: GuideRoom): string[] {
  if (!room.has('backups')) return [];
  return readdirSync(join(room.folder, 'backups')).filter((name) => name.startsWith('phase0_'));
}

function runs(room: GuideRoom): string[] {
  return room.has('.slipway/runs') ? readdirSync(join(room.folder, '.slipway/runs')).sort() : [];
}

function lastJournal(room: GuideRoom): string {
  const path = `.slipway/runs/${runs(room).at(-1)}/journal.ndjson`;
  return room.has(path) ? readFileSync(join(room.folder, path), 'utf8') : '';
}
