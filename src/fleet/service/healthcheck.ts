import { parseDuration } from '../../util/duration.ts';
import type { ComposeService, DockerHealthcheck } from '../types.ts';

/** Docker's own defaults (docs.docker.com, Dockerfile HEALTHCHECK). */
const DEFAULTS = { intervalMs: 30_000, startPeriodMs: 0, retries: 3 };

/** Compose's default stop_grace_period, milliseconds. */
const STOP_GRACE_MS = 10_000;

/** The Compose file's health check; null when it has none or switches the image's off. */
export function dockerHealthcheck({ healthcheck }: ComposeService): DockerHealthcheck | null {
  if (!healthcheck || healthcheck.disable === true || healthcheck.test?.[0] === 'NONE') return null;
  return {
    intervalMs: milliseconds(healthcheck.interval) || DEFAULTS.intervalMs,
    startPeriodMs: milliseconds(healthcheck.start_period) ?? DEFAULTS.startPeriodMs,
    retries: healthcheck.retries || DEFAULTS.retries,
  };
}

/** How long the engine waits after the stop signal before it kills, milliseconds. */
export function stopGraceMs(compose: ComposeService): number {
  return milliseconds(compose.stop_grace_period) ?? STOP_GRACE_MS;
}

function milliseconds(duration: string | undefined): number | null {
  return duration === undefined ? null : parseDuration(duration);
}
