import type { FleetSample } from '../model/usage.ts';
import { FigureReader } from '../telemetry/metrics/read-figures.ts';
import { metricsText } from '../telemetry/metrics.ts';
import { readHostIdentity } from '../util/host-identity.ts';
import { nodeDisk } from '../util/node-disk.ts';
import { VERSION } from '../util/version.ts';
import type { HistoryPlace } from './fleet-history.ts';
import type { World } from './world.ts';

/** The text of `/metrics` for a sample of the containers; null = the configuration does not ask for it. */
export async function fleetMetrics(
  { root, settings }: HistoryPlace,
  { clock, pid }: Pick<World, 'clock' | 'pid'>,
): Promise<((sample: FleetSample) => Promise<string>) | null> {
  if (!settings.monitoring.metrics) return null;
  const { phase } = settings;
  const figures = new FigureReader({ root, phase, disk: nodeDisk, me: await readHostIdentity(pid) });
  return async (sample) => metricsText({ version: VERSION, phase, runs: await figures.read(), sample, nowMs: clock.now() });
}
