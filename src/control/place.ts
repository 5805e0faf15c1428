import { createHash } from 'node:crypto';
import { constants, lchown, lstat, mkdir, open, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode, isMissing } from '../util/fs-error.ts';

/** Where a run listens: a socket in a folder that nobody but its owner can enter. */
export interface ControlPlace {
  readonly folder: string;
  readonly socket: string;
  /** Whoever owns this folder has to own the other one too. */
  readonly ownedAs: string;
}

/** The name of a socket may be 107 bytes long, on some systems 103 (unix(7)); a little of it is kept for a name in the making. */
const MAX_PATH_BYTES = 90;
const PRIVATE = 0o700;

/** The place of a project dir: within it, or, where that name is too long for a socket, in the folder for temporary files. */
export async function controlPlace(root: string): Promise<ControlPlace> {
  const ownedAs = join(await realpath(root), '.slipway');
  const near = join(ownedAs, 'control');
  const folder = fits(near)
    ? near
    : join(shortTmp(), `slipway-${createHash('sha256').update(ownedAs).digest('hex').slice(0, 16)}`);
  return { folder, socket: join(folder, 'socket'), ownedAs };
}

/** Makes the folder, or makes sure of it; says why it cannot be used, or null. */
export async function prepareFolder({ folder, ownedAs }: ControlPlace): Promise<string | null> {
  const { uid, gid } = await lstat(ownedAs);
  try {
    await mkdir(folder, { mode: PRIVATE });
    // Under sudo it would be root's, and the project's owner could not get in another time.
    await lchown(folder, uid, gid).catch(() => {});
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    await closeToOthers(folder, uid).catch(() => {});
  }
  return whyUnsafe({ folder, ownedAs });
}

/** A copy of a project may have lost the modes. Through a handle, so that nobody can put a link in its place meanwhile. */
async function closeToOthers(folder: string, uid: number): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    if ((await handle.stat()).uid === uid) await handle.chmod(PRIVATE);
  } finally {
    await handle.close();
  }
}

/** Why a folder must not be trusted, for what answers in it could be anybody's; null when it can, or is not there. */
export async function whyUnsafe({ folder, ownedAs }: Omit<ControlPlace, 'socket'>): Promise<string | null> {
  const found = await statOf(folder);
  if (found === null) return null;
  if (!found.isDirectory()) return `${folder} is no folder`;
  if ((found.mode & 0o077) !== 0) return `others than its owner can enter ${folder}`;
  const owner = await statOf(ownedAs);
  return owner !== null && owner.uid !== found.uid ? `${folder} does not belong to the owner of ${ownedAs}` : null;
}

async function statOf(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** TMPDIR may be long too. */
function shortTmp(): string {
  return fits(join(tmpdir(), 'slipway-0123456789abcdef')) ? tmpdir() : '/tmp';
}

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, 'socket')) <= MAX_PATH_BYTES;
}
