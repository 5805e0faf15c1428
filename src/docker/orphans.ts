import { readFileSync, readlinkSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { systemClock } from '../util/clock.ts';
import { errorCode } from '../util/fs-error.ts';
import { startFromStat } from '../util/host-identity.ts';

const VARIABLE = 'SLIPWAY_CHILD';
/** Between TERM and KILL. */
const GRACE_MS = 3_000;
/** What even KILL does not end in this time hangs in the kernel: the run must not hang with it. */
const LIMIT_MS = 30_000;
const STEP_MS = 20;

/**
 * The environment that marks a child which changes something: whose child it is and on which Compose project it works. After a
 * `kill -9` of Slipway such a child goes on by itself, and this is how the next start finds it. It is empty where there is no /proc.
 */
export function childMark(project: string): Record<string, string> {
  const owner = ownerOf(process.pid);
  return owner === null ? {} : { [VARIABLE]: `${pidNamespace()} ${owner} ${project}` };
}

/**
 * Ends what is still working on these Compose projects for a Slipway that is gone, and waits until it has ended: nobody else may be at
 * them when a recovery looks at what there is. Returns the names of the programs. Only processes that can be seen from here count, as for
 * the lock (another machine's or container's holder is never taken for gone).
 */
export async function endOrphans(projects: readonly string[]): Promise<readonly string[]> {
  const found = await findOrphans(projects);
  for (const { pid } of found) send(pid, 'SIGTERM');
  const beganMs = systemClock.now();
  for (let left = found; left.length > 0; left = await findOrphans(projects)) {
    const waitedMs = systemClock.now() - beganMs;
    if (waitedMs > LIMIT_MS) break;
    if (waitedMs > GRACE_MS) for (const { pid } of left) send(pid, 'SIGKILL');
    await systemClock.sleep(STEP_MS);
  }
  return found.map(({ program }) => program);
}

/** The programs that are still working on these Compose projects for a Slipway that is gone; nothing is done about them. */
export async function listOrphans(projects: readonly string[]): Promise<readonly string[]> {
  return (await findOrphans(projects)).map(({ program }) => program);
}

interface Orphan {
  readonly pid: number;
  readonly program: string;
}

async function findOrphans(projects: readonly string[]): Promise<readonly Orphan[]> {
  const names = await readdir('/proc').catch(() => []);
  const here = pidNamespace();
  const looked = names.filter((name) => /^\d+$/.test(name)).map((name) => lookAt(Number(name), { projects, here }));
  return (await Promise.all(looked)).filter((orphan) => orphan !== null);
}

async function lookAt(
  pid: number,
  { projects, here }: { readonly projects: readonly string[]; readonly here: string },
): Promise<Orphan | null> {
  const environment = await textOf(`/proc/${pid}/environ`);
  const mark = environment.split('\0').find((entry) => entry.startsWith(`${VARIABLE}=`));
  if (mark === undefined) return null;
  const [namespace, ownerPid, ownerStart, project = ''] = mark.slice(VARIABLE.length + 1).split(' ');
  if (namespace !== here || !projects.includes(project)) return null;
  if (ownerOf(Number(ownerPid)) === `${ownerPid} ${ownerStart}`) return null;
  // It may have ended since its environment was read.
  if (startFromStat(await textOf(`/proc/${pid}/stat`)) === null) return null;
  const [program = ''] = (await textOf(`/proc/${pid}/cmdline`)).split('\0');
  return { pid, program: program.split('/').at(-1)! };
}

/** Process and start time, which together are never given twice; null when there is no such process. */
function ownerOf(pid: number): string | null {
  try {
    const start = startFromStat(readFileSync(`/proc/${pid}/stat`, 'utf8').trim());
    return start === null ? null : `${pid} ${start}`;
  } catch {
    return null;
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

function send(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone in the meantime, or another user's: the wait tells.
    if (!['ESRCH', 'EPERM'].includes(errorCode(error))) throw error;
  }
}
