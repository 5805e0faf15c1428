import type { ImageInspectInfo } from 'dockerode';
import { folder, sorted } from './rules.ts';
import type { HealthcheckSetting, ImageDefaults } from './types.ts';

/** What `docker image inspect` says of an image as defaults of its containers. */
export function imageDefaults(info: ImageInspectInfo): ImageDefaults {
  const config = info.Config as ImageInspectInfo['Config'] & { StopSignal?: string; Healthcheck?: object | null };
  const environment = (config.Env ?? []).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  return {
    command: config.Cmd ?? [],
    entrypoint: typeof config.Entrypoint === 'string' ? [config.Entrypoint] : (config.Entrypoint ?? []),
    environment: Object.fromEntries(environment),
    user: config.User ?? '',
    working_dir: folder(config.WorkingDir ?? ''),
    labels: withoutCompose(config.Labels),
    exposed: sorted(Object.keys(config.ExposedPorts ?? {})),
    volumes: sorted(Object.keys(config.Volumes ?? {})),
    healthcheck: healthcheckOf(config.Healthcheck),
    stop_signal: config.StopSignal ?? '',
  };
}

/** Labels that are not Compose's own: it writes those itself, and they say nothing of how the container works. */
export function withoutCompose(labels: Readonly<Record<string, string>> | null | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(labels ?? {}).filter(([name]) => !name.startsWith('com.docker.compose.')));
}

interface EngineHealthcheck {
  readonly Test?: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

/** The engine's health check, times in milliseconds; null when there is none. */
export function healthcheckOf(value: object | null | undefined): HealthcheckSetting | null {
  if (!value) return null;
  const check = value as EngineHealthcheck;
  return disabledOr({
    test: check.Test ?? [],
    intervalMs: (check.Interval ?? 0) / 1e6,
    timeoutMs: (check.Timeout ?? 0) / 1e6,
    startPeriodMs: (check.StartPeriod ?? 0) / 1e6,
    startIntervalMs: (check.StartInterval ?? 0) / 1e6,
    retries: check.Retries ?? 0,
  });
}

/** A check that is switched off has no times worth a word. */
export function disabledOr(check: HealthcheckSetting): HealthcheckSetting {
  if (check.test[0] !== 'NONE') return check;
  return { test: ['NONE'], intervalMs: 0, timeoutMs: 0, startPeriodMs: 0, startIntervalMs: 0, retries: 0 };
}
