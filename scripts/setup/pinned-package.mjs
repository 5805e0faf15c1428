import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from './run.mjs';
import { lastLines, SetupProblem } from './say.mjs';

/** Where set-up keeps what only tests use and npm does not install (XDG Base Directory Specification). */
export const TEST_CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'slipway-tests');

/**
 * Puts the files of an npm package in a folder of their own. The archive must be the pinned one to the byte; throws a SetupProblem when it is not,
 * or cannot be had.
 */
export async function installPinned({ name, version, integrity }, place) {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-package-'));
  try {
    const packed = await run(['npm', 'pack', '--silent', '--pack-destination', folder, `${name}@${version}`]);
    const archive = join(folder, `${name}-${version}.tgz`);
    if (packed.code !== 0 || !existsSync(archive))
      throw new SetupProblem(`npm pack ${name}@${version} failed: ${lastLines(packed.stderr, 2)}`);
    const hash = createHash('sha512')
      .update(await readFile(archive))
      .digest('base64');
    if (`sha512-${hash}` !== integrity) throw new SetupProblem(`${name}@${version} is not what was pinned: sha512-${hash}`);
    await unpack(archive, place);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Beside its place first, so that nobody ever uses half of it. */
async function unpack(archive, place) {
  const fresh = `${place}.${process.pid}`;
  await mkdir(dirname(place), { recursive: true });
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh);
  const { code, stderr } = await run(['tar', '-xzf', archive, '-C', fresh, '--strip-components=1']);
  if (code !== 0) throw new SetupProblem(`${archive} cannot be unpacked: ${lastLines(stderr, 2)}`);
  await rm(place, { recursive: true, force: true });
  await rename(fresh, place);
}
