import type { ServiceKey } from '../model/ids.ts';
import type { FleetSample, Usage, WatchedContainer } from '../model/usage.ts';
import type { Tone } from './look.ts';

/** What the containers of one service do and use now, together. */
export interface ServiceUsage {
  /** `healthy`, `up` (running without a health check), `exit 1`; of several replicas the worst, and how many are so. */
  readonly state: string;
  readonly tone: Tone;
  readonly restarts: number;
  /** 100 = one core; null = not measured. */
  readonly cpuPercent: number | null;
  readonly memoryBytes: number | null;
  readonly containers: readonly WatchedContainer[];
}

/** What the engine told of each service; services without a container are not in it. */
export function usageByService(sample: FleetSample | null): ReadonlyMap<ServiceKey, ServiceUsage> {
  const usages = new Map(sample?.usage.map((usage) => [usage.container, usage]));
  const groups = new Map<ServiceKey, WatchedContainer[]>();
  for (const container of sample?.containers ?? []) {
    const group = groups.get(container.service);
    if (group) group.push(container);
    else groups.set(container.service, [container]);
  }
  return new Map([...groups].map(([service, containers]) => [service, usageOf(containers, usages)]));
}

function usageOf(containers: readonly WatchedContainer[], usages: ReadonlyMap<string, Usage>): ServiceUsage {
  const known = containers.flatMap(({ id }) => usages.get(id) ?? []);
  const cpus = known.flatMap(({ cpuPercent }) => cpuPercent ?? []);
  return {
    ...stateOf(containers),
    restarts: containers.reduce((sum, { restartCount }) => sum + restartCount, 0),
    cpuPercent: cpus.length === 0 ? null : sumOf(cpus),
    memoryBytes: known.length === 0 ? null : sumOf(known.map(({ memoryBytes }) => memoryBytes)),
    containers,
  };
}

/** Worst first. */
const TONES: readonly Tone[] = ['bad', 'warn', 'run', 'plain', 'good'];

function stateOf(containers: readonly WatchedContainer[]): Pick<ServiceUsage, 'state' | 'tone'> {
  const states = containers.map(stateText);
  const worst = states.reduce((a, b) => (TONES.indexOf(b.tone) < TONES.indexOf(a.tone) ? b : a));
  const same = states.filter(({ state }) => state === worst.state).length;
  if (containers.length === 1) return worst;
  return { ...worst, state: same === states.length ? `${same} ${worst.state}` : `${same}/${states.length} ${worst.state}` };
}

function stateText({ state, health, exitCode }: WatchedContainer): Pick<ServiceUsage, 'state' | 'tone'> {
  if (state === 'running') {
    if (health === 'none') return { state: 'up', tone: 'good' };
    return { state: health, tone: health === 'healthy' ? 'good' : health === 'starting' ? 'run' : 'bad' };
  }
  if (state === 'exited')
    return { state: exitCode === 0 ? 'exited' : `exit ${exitCode}`, tone: exitCode === 0 ? 'plain' : 'bad' };
  if (state === 'restarting') return { state: 'restarts', tone: 'bad' };
  return { state, tone: state === 'dead' ? 'bad' : 'warn' };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0);
}
