import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { mapBounded } from '../../util/bounded.ts';
import type { Listener, Program } from '../host-port.ts';
import { readSocketTable } from './socket-table.ts';

const PROC = '/proc';
const TABLES = [
  ['tcp', 'tcp'],
  ['tcp6', 'tcp'],
  ['udp', 'udp'],
  ['udp6', 'udp'],
] as const;
const AT_ONCE = 32;

/** The sockets of this machine that listen, as far as this network namespace goes; null where there is no /proc. */
export async function readListeners(): Promise<readonly Listener[] | null> {
  const tables = await Promise.all(TABLES.map(([file, protocol]) => readTable(file, protocol)));
  if (tables.every((table) => table === null)) return null;
  return tables.flatMap((table) => table ?? []);
}

/** Whose sockets these are, as far as this user may see. It looks through all processes. */
export async function findPrograms(inodes: readonly string[]): Promise<ReadonlyMap<string, Program>> {
  const wanted = new Set(inodes);
  const owners = new Map<string, Program>();
  if (wanted.size === 0) return owners;
  const pids = (await readdir(PROC).catch(() => [])).filter((name) => /^\d+$/.test(name));
  await mapBounded(pids, AT_ONCE, async (pid) => {
    for (const inode of await socketsOf(pid)) {
      if (wanted.has(inode) && !owners.has(inode))
        owners.set(inode, { pid: Number(pid), name: await nameOf(pid), container: await containerOf(pid) });
    }
  });
  return owners;
}

async function readTable(file: string, protocol: 'tcp' | 'udp'): Promise<Listener[] | null> {
  const text = await readFile(join(PROC, 'net', file), 'utf8').catch(() => null);
  return text === null ? null : readSocketTable(text, protocol);
}

/** Inodes of the sockets that a process has open; none where it is not ours to see. */
async function socketsOf(pid: string): Promise<readonly string[]> {
  const folder = join(PROC, pid, 'fd');
  const names = await readdir(folder).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(join(folder, name)).catch(() => '')));
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}

async function nameOf(pid: string): Promise<string | null> {
  const name = await readFile(join(PROC, pid, 'comm'), 'utf8').catch(() => '');
  return name.trim() || null;
}

/** The engine names a container's control group after it, whatever the driver: `/docker/ID`, `docker-ID.scope` (cgroups(7)). */
async function containerOf(pid: string): Promise<string | null> {
  const text = await readFile(join(PROC, pid, 'cgroup'), 'utf8').catch(() => '');
  return /[/-]([0-9a-f]{64})\b/.exec(text)?.[1] ?? null;
}
