import type { ContainerInspectInfo } from 'dockerode';
import type { Instant, ServiceKey } from '../../model/ids.ts';
import type { ObservedContainer } from '../../plan/types.ts';
import { COMPOSE_LABEL } from '../labels.ts';

/** Compose gives a container that replaces another this name until the other is gone (compose `pkg/compose/convergence.go`). */
const TEMPORARY_NAME = /^[0-9a-f]{12}_/;

const STATES: readonly string[] = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];
const HEALTHS: readonly string[] = ['starting', 'healthy', 'unhealthy'];

/** `docker inspect` of a container as Slipway sees it; `service` is the key that its labels stand for in the fleet. */
export function observedContainer(info: ContainerInspectInfo, service: ServiceKey): ObservedContainer {
  const { State: state } = info;
  const labels = info.Config.Labels ?? {};
  const name = info.Name.replace(/^\//, '');
  const healthLog = (state.Health?.Log ?? []).map((entry) => ({
    at: instantOf(entry.End) ?? instantOf(entry.Start) ?? info.Created,
    exitCode: entry.ExitCode,
    output: entry.Output.trim(),
  }));
  return {
    id: info.Id,
    name,
    service,
    number: Number(labels[COMPOSE_LABEL.number] ?? 0),
    image: info.Image,
    state: STATES.includes(state.Status) ? (state.Status as ObservedContainer['state']) : 'dead',
    exitCode: state.ExitCode,
    error: state.Error,
    oomKilled: state.OOMKilled,
    createdAt: instantOf(info.Created) ?? info.Created,
    startedAt: instantOf(state.StartedAt),
    finishedAt: instantOf(state.FinishedAt),
    restartCount: info.RestartCount,
    health: HEALTHS.includes(state.Health?.Status ?? '') ? (state.Health!.Status as ObservedContainer['health']) : 'none',
    healthAt: healthLog.at(-1)?.at ?? null,
    healthLog,
    configHash: labels[COMPOSE_LABEL.configHash] ?? '',
    temporary: TEMPORARY_NAME.test(name),
    anonymousVolumes: anonymousVolumes(info),
  };
}

/** The engine gives an anonymous volume 64 random hex digits as its name. */
function anonymousVolumes(info: ContainerInspectInfo): Readonly<Record<string, string>> {
  const anonymous = (info.Mounts ?? []).filter(({ Type, Name }) => Type === 'volume' && /^[0-9a-f]{64}$/.test(Name ?? ''));
  return Object.fromEntries(anonymous.map(({ Destination, Name }) => [Destination, Name ?? '']));
}

/** An engine's time stamp in our form; null for the zero time, which stands for "never". */
export function instantOf(stamp: string | undefined): Instant | null {
  const epochMs = Date.parse(stamp ?? '');
  return Number.isNaN(epochMs) || epochMs <= 0 ? null : new Date(epochMs).toISOString();
}
