import type { ServiceKey } from '../../model/ids.ts';
import type { FleetSample } from '../../model/usage.ts';

/** What was used over time, in columns as a plot wants them. Null = it did not run then, or was not yet known. */
export interface UsageSeries {
  /** Seconds since 1970. */
  readonly at: readonly number[];
  /** 100 = one core. */
  readonly cpuPercent: readonly (number | null)[];
  readonly memoryBytes: readonly (number | null)[];
}

/** What a service's containers use together. */
export interface ServiceUsage {
  readonly cpuPercent: number | null;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number | null;
  readonly restarts: number;
}

/** Half an hour of samples each 5 s. */
const LENGTH = 360;

/** Sums up a sample by service; a service of which nothing runs is missing. */
export function usageByService(sample: FleetSample): Map<ServiceKey, ServiceUsage> {
  const uses = new Map(sample.usage.map((usage) => [usage.container, usage]));
  const sums = new Map<ServiceKey, ServiceUsage>();
  for (const { id, service, restartCount } of sample.containers) {
    const usage = uses.get(id);
    const before = sums.get(service);
    if (!usage && restartCount === 0) continue;
    sums.set(service, {
      cpuPercent: added(before?.cpuPercent, usage?.cpuPercent),
      memoryBytes: (before?.memoryBytes ?? 0) + (usage?.memoryBytes ?? 0),
      memoryLimitBytes: added(before?.memoryLimitBytes, usage?.memoryLimitBytes),
      restarts: (before?.restarts ?? 0) + restartCount,
    });
  }
  return sums;
}

/** The samples that this page has seen: for each service, and for all of them together. */
export class UsageHistory {
  #at: number[] = [];
  #services = new Map<ServiceKey, (ServiceUsage | null)[]>();

  /** Takes one more sample; one with a problem leaves a hole. */
  add(sample: FleetSample, uses: ReadonlyMap<ServiceKey, ServiceUsage>): void {
    this.#at.push(Date.parse(sample.at) / 1000);
    for (const service of uses.keys())
      if (!this.#services.has(service))
        this.#services.set(
          service,
          this.#at.slice(1).map(() => null),
        );
    for (const [service, column] of this.#services) column.push(uses.get(service) ?? null);
    if (this.#at.length <= LENGTH) return;
    this.#at.shift();
    for (const column of this.#services.values()) column.shift();
  }

  /** What a service used, oldest first. */
  seriesOf(service: ServiceKey): UsageSeries {
    const column = this.#services.get(service) ?? this.#at.map(() => null);
    return {
      at: [...this.#at],
      cpuPercent: column.map((usage) => usage?.cpuPercent ?? null),
      memoryBytes: column.map((usage) => usage?.memoryBytes ?? null),
    };
  }
}

function added(a: number | null | undefined, b: number | null | undefined): number | null {
  return a == null && b == null ? null : (a ?? 0) + (b ?? 0);
}
