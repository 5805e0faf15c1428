import type { Service, Settings } from '../../fleet/types.ts';
import type { Instant } from '../../model/ids.ts';

/** What a verdict is made by; times in milliseconds on the engine's clock, durations in milliseconds. */
export interface VerdictRules {
  readonly kind: Service['kind'];
  /** When judging began: the deadline counts from here. */
  readonly beganMs: number;
  /** Nothing that started before this counts as started by the step; null = everything does. */
  readonly sinceMs: number | null;
  readonly deadlineMs: number;
  /** So long after a container's start, bad answers of Slipway's own probe do not count. */
  readonly graceMs: number;
  readonly intervalMs: number;
  readonly retries: number;
  readonly stableForMs: number;
  /** Whether Slipway has a probe of its own for the service. */
  readonly probe: boolean;
}

/** The rules for a service, from the configuration and its own Docker health check (product contract, sections 4 to 6; traps T2). */
export function verdictRules(
  service: Pick<Service, 'kind' | 'probe' | 'healthcheck'>,
  settings: Pick<Settings, 'health' | 'timeouts'>,
  times: { readonly beganMs: number; readonly since: Instant | null },
): VerdictRules {
  const { startupGraceMs, intervalMs, retries, stableForMs } = settings.health;
  return {
    kind: service.kind,
    beganMs: times.beganMs,
    sinceMs: times.since === null ? null : Date.parse(times.since),
    deadlineMs: deadlineMs(service, settings),
    graceMs: startupGraceMs,
    intervalMs,
    retries,
    stableForMs,
    probe: service.probe.kind !== 'none',
  };
}

/** How long a container without any check must run to count as healthy. */
export function settlingMs(rules: Pick<VerdictRules, 'stableForMs' | 'intervalMs'>): number {
  return Math.max(rules.stableForMs, rules.intervalMs);
}

/** Docker's own check gets the time that it needs to come to "unhealthy", and a service without a check the time that it must run. */
function deadlineMs(service: Pick<Service, 'probe' | 'healthcheck'>, settings: Pick<Settings, 'health' | 'timeouts'>): number {
  const check = service.healthcheck;
  const dockersMs = check ? check.startPeriodMs + check.intervalMs * (check.retries + 1) : 0;
  const unchecked = !check && service.probe.kind === 'none';
  const runningMs = unchecked ? settlingMs(settings.health) + settings.health.intervalMs : 0;
  return Math.max(settings.timeouts.healthMs, dockersMs, runningMs);
}
