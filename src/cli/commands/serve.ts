import { basename, resolve } from 'node:path';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import type { ServeOptions } from '../../serve/context.ts';
import { type RunningServer, startServer } from '../../serve/server.ts';
import { readHostIdentity } from '../../util/host-identity.ts';
import { nodeDisk } from '../../util/node-disk.ts';
import { VERSION } from '../../util/version.ts';
import { announceServer } from '../announce-server.ts';
import { reportBug } from '../bug.ts';
import type { Call } from '../command.ts';
import { type HistoryPlace, locateHistory, logFolder } from '../fleet-history.ts';
import { fleetMetrics } from '../fleet-metrics.ts';
import { openFleetWatch } from '../fleet-watch.ts';
import { complain } from '../look.ts';
import { loadRequest } from '../options/request.ts';
import { DEFAULT_PORT, type SERVE_FLAGS } from '../options/serve.ts';
import { pageAssets } from '../page-assets.ts';
import { type ServeToken, serveToken, withoutToken } from '../serve-token.ts';
import { keepHeapSmall } from '../small-heap.ts';
import { rollBackIn } from '../start-rollback.ts';
import { untilSignal } from '../until-signal.ts';

type ServeCall = Call<typeof SERVE_FLAGS>;

/** `slipway serve` */
export async function runServe(call: ServeCall): Promise<ExitCode> {
  const { values, world } = call;
  keepHeapSmall();
  // Heard from now on, so that none ends us half-way.
  const ended = untilSignal();
  const started = await start(call);
  if (!started.ok) {
    complain(world, started.error, values);
    return EXIT.couldNotStart;
  }
  const { server, token } = started.value;
  announceServer(call, server, token);
  await ended;
  await server.close();
  return EXIT.done;
}

interface Started {
  readonly server: RunningServer;
  readonly token: ServeToken;
}

async function start(call: ServeCall): Promise<Result<Started, readonly Diagnostic[]>> {
  const { values, world } = call;
  const place = await locateHistory(values, world);
  if (!place.ok) return place;
  const token = await serveToken(values.tokenFile, world);
  if (!token.ok) return err([token.error]);
  const server = await startServer(await serveOptions(call, place.value, token.value));
  return server.ok ? ok({ server: server.value, token: token.value }) : err([server.error]);
}

async function serveOptions({ values, world }: ServeCall, place: HistoryPlace, { token }: ServeToken): Promise<ServeOptions> {
  const { root, settings } = place;
  const stateFile = resolve(root, settings.monitoring.stateFile);
  return {
    fleet: { root, phase: settings.phase, name: basename(root), logDirectory: logFolder(place), stateFile },
    version: VERSION,
    host: values.host ?? '127.0.0.1',
    port: values.port ?? DEFAULT_PORT,
    token,
    refreshMs: settings.monitoring.refreshIntervalMs,
    assets: pageAssets(),
    watch: openFleetWatch(loadRequest(values, world.cwd), withoutToken(world)),
    rollBack: rollBackIn({ root, options: fleetOptions(values) }, withoutToken(world)),
    metrics: await fleetMetrics(place, world),
    disk: nodeDisk,
    clock: world.clock,
    me: await readHostIdentity(world.pid),
    onBug: (error) => void reportBug(error, world),
  };
}

/** The options that say which fleet, for a command that we start. */
function fleetOptions({ projectDir, config, envFile, profile }: ServeCall['values']): readonly string[] {
  const pairs = [
    ['--project-dir', projectDir],
    ['--config', config],
    ...envFile.map((file) => ['--env-file', file]),
    ...profile.map((name) => ['--profile', name]),
  ];
  return pairs.flatMap(([option, value]) => (value == null ? [] : [option!, value]));
}
