import { chmod, copyFile, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { aptInstall, debianMirror } from './apt.mjs';
import { EXCLUDED_FOLDERS, SUITE } from './recipes.mjs';
import { pipe, run } from './run.mjs';
import { lastLines, SetupProblem, say } from './say.mjs';

/** Two images at once need the tool once. */
let bootstrapTool;

/** Makes `image` out of this machine's Debian packages, without any registry; needs root on Debian. */
export async function bootstrapImage({ recipe, image, folder, label }) {
  const producer = recipe.rootfs === 'busybox' ? await busyboxTar(folder) : await debianTar({ recipe, folder });
  const consumer = ['docker', 'import', '--change', `LABEL ${label}`, '--change', 'CMD ["/bin/sh"]', '-', image];
  const { code, stderr } = await pipe(producer, consumer);
  if (code !== 0) throw new SetupProblem(`${recipe.name} could not be made: ${lastLines(stderr, 6)}`);
}

/** The command that prints a tar of a small Debian with the recipe's packages, without what a service never reads. */
async function debianTar({ recipe, folder }) {
  bootstrapTool ??= installBootstrapTool();
  await bootstrapTool;
  const hooks = recipe.npm ? await npmHooks(recipe.npm, folder) : [];
  return [
    'mmdebstrap',
    '--quiet',
    '--variant=minbase',
    '--mode=root',
    `--include=${recipe.packages.join(',')}`,
    '--dpkgopt=force-unsafe-io',
    ...EXCLUDED_FOLDERS.map((path) => `--dpkgopt=path-exclude=${path}/*`),
    ...hooks,
    '--customize-hook=rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/cache/debconf/* "$1"/var/log/*',
    SUITE,
    '-',
    await debianMirror(),
  ];
}

async function installBootstrapTool() {
  if ((await run(['mmdebstrap', '--version'])).code === 0) return;
  say('base images', 'installing mmdebstrap');
  await aptInstall(['mmdebstrap', 'debian-archive-keyring']);
}

async function npmHooks(npm, folder) {
  await unpackNpm(npm, folder);
  return [
    '--customize-hook=mkdir -p "$1/usr/local/lib/node_modules"',
    `--customize-hook=copy-in ${join(folder, 'npm')} /usr/local/lib/node_modules`,
    '--customize-hook=ln -s ../lib/node_modules/npm/bin/npm-cli.js "$1/usr/local/bin/npm"',
  ];
}

/** Puts the npm package, which carries all it depends on, into `folder`/npm. */
export async function unpackNpm(npm, folder) {
  const packed = await run(['npm', 'pack', npm, '--silent', '--pack-destination', folder], { cwd: folder });
  if (packed.code !== 0) throw new SetupProblem(`${npm} could not be fetched: ${lastLines(packed.stderr, 4)}`);
  const archive = join(folder, packed.stdout.trim().split('\n').at(-1));
  const target = join(folder, 'npm');
  await mkdir(target);
  const excluded = ['docs', 'man'].map((name) => `--exclude=package/${name}`);
  const unpacked = await run(['tar', '-xzf', archive, '--no-same-owner', '--strip-components=1', ...excluded, '-C', target]);
  if (unpacked.code !== 0) throw new SetupProblem(`${npm} could not be unpacked: ${lastLines(unpacked.stderr, 4)}`);
}

/** The command that prints a tar with nothing but Debian's static busybox and a link for each of its commands. */
async function busyboxTar(folder) {
  const busybox = await downloadBusybox(folder);
  const root = join(folder, 'root');
  for (const name of ['bin', 'tmp', 'etc', 'proc', 'sys', 'dev']) await mkdir(join(root, name), { recursive: true });
  await chmod(join(root, 'tmp'), 0o1777);
  await copyFile(busybox, join(root, 'bin/busybox'));
  const { stdout: applets } = await run([busybox, '--list']);
  const names = applets.split('\n').filter((name) => name !== '' && name !== 'busybox');
  await Promise.all(names.map((name) => symlink('busybox', join(root, 'bin', name))));
  return ['tar', '-C', root, '--owner=0', '--group=0', '-c', '.'];
}

async function downloadBusybox(folder) {
  const get = () => run(['apt-get', 'download', '-q', 'busybox-static'], { cwd: folder });
  // Without package lists there is nothing to download from; reading them takes seconds, so only then.
  if ((await get()).code !== 0) {
    await run(['apt-get', 'update', '-q', '-o', 'DPkg::Lock::Timeout=300']);
    await get();
  }
  const archive = (await readdir(folder)).find((name) => name.endsWith('.deb'));
  const unpacked = await run(['dpkg-deb', '-x', archive ?? 'busybox-static.deb', 'unpacked'], { cwd: folder });
  if (unpacked.code !== 0)
    throw new SetupProblem(`busybox-static could not be fetched from Debian: ${lastLines(unpacked.stderr, 4)}`);
  return join(folder, 'unpacked/bin/busybox');
}
