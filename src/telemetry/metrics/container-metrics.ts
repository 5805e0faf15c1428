import type { FleetSample, Usage, WatchedContainer } from '../../model/usage.ts';
import { type Family, type Series, single } from './exposition.ts';

/** Metrics of the fleet's containers and of their host. */
export function containerMetrics(sample: FleetSample): Family[] {
  const { host } = sample;
  const containers = oneForEachReplica(sample.containers);
  const usages = new Map(sample.usage.map((usage) => [usage.container, usage]));
  const of = (value: (container: WatchedContainer, usage: Usage | undefined) => number | null): Series[] =>
    containers.flatMap((container) => {
      const now = value(container, usages.get(container.id));
      return now === null ? [] : [{ labels: { service: container.service, replica: `${container.number}` }, value: now }];
    });
  const gauge = (name: string, help: string, series: readonly Series[]): Family => ({ name, type: 'gauge', help, series });
  return [
    single('gauge', { name: 'engine_up', help: 'Whether the Docker engine could be asked.' }, sample.problem === null ? 1 : 0),
    single('gauge', { name: 'host_cpus', help: 'Cores of the engine’s host.' }, host?.cpus ?? null),
    single('gauge', { name: 'host_memory_bytes', help: 'Memory of the engine’s host.' }, host?.memoryBytes ?? null),
    gauge(
      'container_running',
      'Whether the container of a service runs.',
      of(({ state }) => (state === 'running' ? 1 : 0)),
    ),
    gauge(
      'container_healthy',
      'Whether its health check passes; only of containers that have one.',
      of(({ health }) => (health === 'none' ? null : health === 'healthy' ? 1 : 0)),
    ),
    {
      name: 'container_restarts_total',
      type: 'counter',
      help: 'How often the restart policy has started the container again.',
      series: of(({ restartCount }) => restartCount),
    },
    gauge(
      'container_start_time_seconds',
      'When it was last started, since 1970.',
      of(({ startedAt }) => (startedAt === null ? null : Date.parse(startedAt) / 1000)),
    ),
    gauge(
      'container_cpu_usage_cores',
      'CPU that it used since the sample before, 1 = one core.',
      of((_, usage) => (usage?.cpuPercent == null ? null : usage.cpuPercent / 100)),
    ),
    gauge(
      'container_memory_bytes',
      'Memory that it uses, without what is only cached.',
      of((_, usage) => usage?.memoryBytes ?? null),
    ),
    gauge(
      'container_memory_limit_bytes',
      'Memory that it may use; only of containers that have a limit.',
      of((_, usage) => usage?.memoryLimitBytes ?? null),
    ),
  ];
}

/** In the midst of a replacement two containers have the same place; two series of the same labels would spoil the scrape. */
function oneForEachReplica(containers: readonly WatchedContainer[]): readonly WatchedContainer[] {
  const places = new Map<string, WatchedContainer>();
  for (const container of containers) {
    const place = `${container.number} ${container.service}`;
    const other = places.get(place);
    if (!other || serves(container) > serves(other)) places.set(place, container);
  }
  return [...places.values()];
}

/** The one that runs counts more than one that does not, then the younger. */
function serves({ state, startedAt }: WatchedContainer): string {
  return `${state === 'running' ? 1 : 0} ${startedAt ?? ''}`;
}
