import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** The machine that this runs on, as far as two processes can compare it; empty strings where the system does not say. */
export interface Host {
  readonly host: string;
  /** Survives a reboot. */
  readonly machineId: string;
  /** Changes with each boot. */
  readonly bootId: string;
  /** Process ids mean nothing outside of it. */
  readonly pidNamespace: string;
  /** When a process of this pid namespace started, in clock ticks since boot; null = there is none, or it is only waiting to be reaped. */
  startOf(pid: number): Promise<string | null>;
}

/** A process and the machine that it runs on. */
export interface HostIdentity extends Host {
  readonly pid: number;
}

/** Reads the identity of this machine and of the process `pid`. */
export async function readHostIdentity(pid: number, folders = { proc: '/proc', etc: '/etc' }): Promise<HostIdentity> {
  return { pid, ...(await readHost(folders)) };
}

/** Reads the identity of this machine. */
export async function readHost(folders = { proc: '/proc', etc: '/etc' }): Promise<Host> {
  const text = (path: string) =>
    readFile(path, 'utf8').then(
      (t) => t.trim(),
      () => '',
    );
  return {
    host: hostname(),
    machineId: await text(join(folders.etc, 'machine-id')),
    bootId: await text(join(folders.proc, 'sys/kernel/random/boot_id')),
    pidNamespace: await readlink(join(folders.proc, 'self/ns/pid')).catch(() => ''),
    startOf: async (other) => startFromStat(await text(join(folders.proc, String(other), 'stat'))),
  };
}

/** Field 22 of proc_pid_stat(5); the command in field 2 may itself hold spaces and parentheses. */
export function startFromStat(stat: string): string | null {
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!stat.includes(')') || state === 'Z' || state === 'X') return null;
  return rest[18] ?? null;
}
