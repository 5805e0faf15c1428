import type { Durations } from '../../docker/simulated/host-types.ts';
import type { ComposeService, Fleet, Service } from '../../fleet/types.ts';
import type { ServiceKey } from '../../model/ids.ts';
import type { StepTimes } from './step-times.ts';

export type TimesOf = ReadonlyMap<ServiceKey, StepTimes>;

/** Longer than any recorded step: limits that were set since then are no reason to fail in a forecast. */
const NO_LIMIT_MS = 2 ** 40;
/** What a start-first replace waits at least before it looks again whether the new container is ready (docker/readiness.ts). */
const READY_LOOK_MS = 200;
/** What the replace of a job that has ended waits for news of a stop that does not come (docker/replace.ts). */
const STOP_NEWS_MS = 500;

/**
 * The fleet with checks that come out well exactly when the recorded ones did: what a health check's own intervals cost is in the recorded
 * durations already. No hook is run and no limit is set.
 */
export function rehearsalFleet(fleet: Fleet, times: TimesOf): Fleet {
  const services = fleet.services.map((service) => rehearsed(service, readyMs(fleet, times.get(service.key))));
  const { settings } = fleet;
  return {
    ...fleet,
    services,
    projects: fleet.projects.map((project) => {
      const own = services.filter((service) => service.project === project.name);
      return { ...project, model: { ...project.model, services: Object.fromEntries(own.map((s) => [s.name, s.compose])) } };
    }),
    settings: {
      ...settings,
      timeouts: { buildMs: NO_LIMIT_MS, testMs: NO_LIMIT_MS, healthMs: settings.timeouts.healthMs },
      hooks: { before_run: [], before_replace: [], after_replace: [], on_failure: [], after_run: [] },
    },
  };
}

/** How long things take on the simulated host, so that each step takes what was recorded of it. */
export function rehearsalDurations(fleet: Fleet, times: TimesOf): (service: ServiceKey | null) => Durations {
  const services = new Map(fleet.services.map((service) => [service.key, service]));
  return (key) => {
    const service = key === null ? undefined : services.get(key);
    const own = service && times.get(service.key);
    if (!own) return NOTHING;
    const placingMs = Math.max(0, own.replaceMs - waitsAnyway(service));
    const gapMs = Math.min(own.gapMs, placingMs);
    return {
      ...NOTHING,
      // The tag that keeps the old image is made right before the build, under the same place in the batch.
      buildMs: own.buildMs + own.backupMs,
      cachedBuildMs: own.buildMs + own.backupMs,
      pullMs: own.buildMs + own.backupMs,
      testMs: own.testMs,
      composeMs: placingMs - gapMs,
      // Compose starts the containers of a service one after the other.
      startMs: gapMs / Math.max(1, service.scale),
      readyMs: readyMs(fleet, own),
    };
  };
}

const NOTHING: Durations = {
  callMs: 0,
  composeMs: 0,
  createMs: 0,
  removeMs: 0,
  renameMs: 0,
  startMs: 0,
  stopMs: 0,
  buildMs: 0,
  cachedBuildMs: 0,
  pullMs: 0,
  testMs: 0,
  checkMs: 0,
  readyMs: 1,
};

/** From the start of a container to its first healthy verdict: verifying without the soak, whole milliseconds. */
function readyMs({ settings }: Fleet, times: StepTimes | undefined): number {
  return Math.max(1, Math.round((times?.verifyMs ?? 0) - settings.health.stableForMs));
}

function rehearsed(service: Service, readyAfterMs: number): Service {
  const limits = { ...service.test, timeoutMs: NO_LIMIT_MS };
  if (service.kind === 'one-shot') return { ...service, probe: { kind: 'none' }, test: limits };
  // The one check comes when the container is ready; with several of them the last to start decides.
  const compose: ComposeService = { ...service.compose, healthcheck: { interval: `${readyAfterMs}ms`, retries: 3 } };
  const healthcheck = { intervalMs: readyAfterMs, startPeriodMs: 0, retries: 3 };
  return { ...service, compose, healthcheck, probe: { kind: 'none' }, test: limits };
}

/** What a replace waits for on the simulated host as well, so that it is not to be counted twice; milliseconds. */
function waitsAnyway({ kind, replace, startFirstObstacles }: Service): number {
  if (kind === 'one-shot') return STOP_NEWS_MS;
  return replace.order === 'start-first' && startFirstObstacles.length === 0 ? READY_LOOK_MS : 0;
}
