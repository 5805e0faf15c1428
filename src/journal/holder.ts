import type { Instant } from '../model/ids.ts';
import type { Host, HostIdentity } from '../util/host-identity.ts';

/** Who holds a lock: what the lock file says and the engine's marker carries as labels. */
export interface Holder {
  readonly pid: number;
  /** The process's start in clock ticks since boot; empty = not known. */
  readonly start: string;
  readonly bootId: string;
  readonly pidNamespace: string;
  readonly machineId: string;
  readonly host: string;
  readonly startedAt: Instant;
  readonly command: string;
  /** The project dir. */
  readonly root: string;
}

const TEXT_FIELDS = ['start', 'bootId', 'pidNamespace', 'machineId', 'host', 'startedAt', 'command', 'root'] as const;

/**
 * Whether the holder is still there. `unknown`: it cannot be seen from here (another machine or container), so it counts as there.
 * `gone` needs proof: the same boot and pid namespace without that process, or the same machine since rebooted.
 */
export type Presence = 'alive' | 'gone' | 'unknown';

/** The record of this process. */
export async function describeHolder(
  me: HostIdentity,
  about: { readonly startedAt: Instant; readonly command: string; readonly root: string },
): Promise<Holder> {
  const { pid, bootId, pidNamespace, machineId, host } = me;
  return { pid, start: (await me.startOf(pid)) ?? '', bootId, pidNamespace, machineId, host, ...about };
}

/** Looks whether a holder's process is still there. */
export async function judgeHolder(holder: Holder, me: Host): Promise<Presence> {
  if (!holder.bootId || !me.bootId) return 'unknown';
  if (holder.bootId !== me.bootId) {
    // Images often carry one machine id for all their containers: the host's name has to agree too.
    const rebooted = holder.machineId !== '' && holder.machineId === me.machineId && holder.host === me.host;
    return rebooted ? 'gone' : 'unknown';
  }
  if (!holder.start || holder.pidNamespace !== me.pidNamespace) return 'unknown';
  return (await me.startOf(holder.pid)) === holder.start ? 'alive' : 'gone';
}

/** The holder in one line, for messages. */
export function holderText(holder: Holder): string {
  return `process ${holder.pid} on ${holder.host}, since ${holder.startedAt}: ${holder.command} (in ${holder.root})`;
}

/** The holder as text values in a fixed order, for a file or for labels. */
export function holderToRecord(holder: Holder): Readonly<Record<string, string>> {
  return Object.fromEntries([['pid', String(holder.pid)], ...TEXT_FIELDS.map((name) => [name, holder[name]])]);
}

/** A holder read back; null when something is missing, as in a torn or foreign record. */
export function holderFromRecord(value: unknown): Holder | null {
  if (typeof value !== 'object' || value === null) return null;
  const record = value as Readonly<Record<string, unknown>>;
  const pid = Number(record.pid);
  if (!Number.isInteger(pid) || pid <= 0 || !TEXT_FIELDS.every((n) => typeof record[n] === 'string')) return null;
  const texts = Object.fromEntries(TEXT_FIELDS.map((name) => [name, record[name]]));
  return { pid, ...(texts as Omit<Holder, 'pid'>) };
}
