import type { ContainerEvent } from '../port.ts';

/** An engine event as the Engine API sends it, as far as it is read here. */
export interface RawEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly timeNano: number;
}

const ACTIONS = ['create', 'start', 'die', 'kill', 'stop', 'destroy', 'restart', 'oom', 'rename'] as const;

/** What the engine is asked for: without it, every health check would add three events. */
export const WATCHED_ACTIONS: readonly string[] = [...ACTIONS, 'health_status'];

/** An engine event in our form; null when it is of no interest. */
export function containerEvent(raw: RawEvent): ContainerEvent | null {
  const [name, detail] = raw.Action.split(': ');
  const action = name === 'health_status' ? 'health' : ACTIONS.find((known) => known === name);
  if (!action) return null;
  const exitCode = raw.Actor.Attributes.exitCode;
  return {
    at: new Date(raw.timeNano / 1e6).toISOString(),
    container: raw.Actor.ID,
    action,
    exitCode: exitCode === undefined ? null : Number(exitCode),
    health: action === 'health' && (detail === 'healthy' || detail === 'unhealthy') ? detail : null,
  };
}
