import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileProblem } from '../journal/problems.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Disk } from '../util/disk.ts';
import { errorCode, isMissing } from '../util/fs-error.ts';

const KEY_BYTES = 32;

/** Where the key of the stored models is. */
export interface KeyPlace {
  /** `$XDG_CONFIG_HOME`, or `~/.config`; absolute. */
  readonly configHome: string;
  /** `rollback.key_file`, absolute; null = Slipway's own in the configuration folder. */
  readonly keyFile: string | null;
}

/** The file that the key is in, or will be made in. */
export function keyPath(place: KeyPlace): string {
  return place.keyFile ?? join(place.configHome, 'slipway', 'release.key');
}

/** The key, 32 bytes. Slipway's own is made on first use, mode 0600; one that the operator names has to exist. */
export async function releaseKey(disk: Disk, place: KeyPlace): Promise<Result<Buffer, Diagnostic>> {
  const path = keyPath(place);
  try {
    return checkKey(path, await disk.read(path));
  } catch (error) {
    if (!isMissing(error) || place.keyFile) return err(fileProblem('read the key of the releases', path, error));
  }
  try {
    await makeKey(disk, path);
    return checkKey(path, await disk.read(path));
  } catch (error) {
    return err(fileProblem('make the key of the releases', path, error));
  }
}

/** Whether others than the owner can read the key file; doctor warns of it. */
export async function isKeyExposed(disk: Disk, path: string): Promise<boolean> {
  return ((await disk.stat(path)).mode & 0o077) !== 0;
}

/** Of two processes that make it at once, the first one's key counts. */
async function makeKey(disk: Disk, path: string): Promise<void> {
  await disk.makeFolder(dirname(path));
  await disk.create(path, randomBytes(KEY_BYTES), { mode: 0o600, durability: 'synced' }).catch((error) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
}

/** Raw bytes, or their 64 hex digits as a text file. */
function checkKey(file: string, bytes: Buffer): Result<Buffer, Diagnostic> {
  if (bytes.length === KEY_BYTES) return ok(bytes);
  const text = bytes.toString('latin1').trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return ok(Buffer.from(text, 'hex'));
  return err({
    code: 'bad-release-key',
    severity: 'error',
    message: `The key of the releases must be ${KEY_BYTES} bytes, or their hex digits; the file has ${bytes.length} bytes`,
    file,
    remedy: `make one with \`openssl rand -out FILE ${KEY_BYTES}\`; releases that were stored with another key stay unreadable without it`,
  });
}
