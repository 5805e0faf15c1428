import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { run } from './run.mjs';
import { SetupProblem } from './say.mjs';

const SOURCES_FILE = '/etc/apt/sources.list.d/slipway-docker.sources';
const PREFERENCES_FILE = '/etc/apt/preferences.d/slipway-docker';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const DEFAULT_MIRROR = 'http://deb.debian.org/debian';

/** Debian packages that make a Docker engine with Compose v2 and buildx; the engine only recommends its own client. */
export const ENGINE_PACKAGES = ['docker.io', 'docker-cli', 'docker-compose', 'docker-buildx', 'iptables', 'ca-certificates'];

/** Debian packages that give Compose v2 and buildx to an engine and client that are already there. */
export const TOOL_PACKAGES = ['docker-compose', 'docker-buildx'];

/** Why this machine's packages cannot be installed by set-up, as the end of a sentence, or null when they can. */
export function whyNoInstall({ uid = process.getuid?.() ?? -1, osRelease = readOsRelease() } = {}) {
  if (osRelease.ID !== 'debian')
    return `this system is ${osRelease.PRETTY_NAME ?? process.platform}, and set-up installs packages on Debian 12 or later only`;
  if (Number(osRelease.VERSION_ID ?? Infinity) < 12)
    return `this is ${osRelease.PRETTY_NAME}, and set-up installs packages on Debian 12 or later only`;
  if (uid !== 0) return 'installing packages needs root';
  return null;
}

/**
 * Reads the package lists anew and installs Debian packages without recommended ones, without questions and without removing
 * any other. Throws a SetupProblem with what apt said when that fails.
 */
export function aptInstall(packages) {
  return oneAtATime(() => installNow(packages));
}

/** Downloads one Debian package into a folder, reading the package lists anew. Throws a SetupProblem when that fails. */
export function aptDownload(name, folder) {
  return oneAtATime(async () => {
    const update = await aptGet(['update']);
    const download = await aptGet(['download', name], { cwd: folder });
    if (download.code === 0) return;
    const reasons = [...errorsOf(update), ...errorsOf(download)].slice(0, 6).join('\n');
    throw new SetupProblem(`apt-get could not download ${name}; install it by hand and try again.\n${reasons}`);
  });
}

let last = Promise.resolve();

/** apt-get waits for another one's installation, but not for another one that reads the package lists. */
function oneAtATime(work) {
  const done = last.then(work);
  last = done.catch(() => {});
  return done;
}

async function installNow(packages) {
  // A broken source alone is not fatal: the packages may well come from the others.
  const update = await aptGet(['update']);
  // Reinstalling mends a package that has lost a file: for apt alone it would be there.
  const install = await aptGet(['install', '-y', '--reinstall', '--no-install-recommends', '--no-remove', ...packages]);
  if (install.code === 0) return;
  const reasons = [...errorsOf(update), ...errorsOf(install)].slice(0, 6).join('\n');
  throw new SetupProblem(`apt-get could not install ${packages.join(' ')}; install them by hand and try again.\n${reasons}`);
}

/** Runs apt-get, waiting for another apt that is at work. */
function aptGet(args, { cwd } = {}) {
  return run(['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300', ...args], { cwd, env: { DEBIAN_FRONTEND: 'noninteractive' } });
}

function errorsOf({ stdout, stderr }) {
  return `${stdout}\n${stderr}`.split('\n').filter((line) => /^(E:|Err:| .*(Depends|Conflicts):)/.test(line));
}

/**
 * Adds Debian 13 and sid as sources from which only the Docker packages may come: Debian 12's own engine is too old,
 * and no stable Debian has a Compose with `build --print`. Returns the files written.
 */
export async function addDockerSources() {
  writeFileSync(SOURCES_FILE, dockerSources(await debianMirror()));
  writeFileSync(PREFERENCES_FILE, dockerPreferences());
  return [SOURCES_FILE, PREFERENCES_FILE];
}

/** The Debian mirror this machine already uses for its own release, else Debian's default. */
export async function debianMirror() {
  const { VERSION_CODENAME: codename } = readOsRelease();
  const { stdout } = await run(['apt-get', 'indextargets', '--format', '$(REPO_URI) $(RELEASE)', 'Created-By: Packages']);
  const own = stdout.split('\n').find((line) => line.endsWith(` ${codename}`) && /\/debian\/? /.test(line));
  return own ? own.split(' ')[0].replace(/\/$/, '') : DEFAULT_MIRROR;
}

function dockerSources(mirror) {
  return `Types: deb\nURIs: ${mirror}\nSuites: trixie sid\nComponents: main\nSigned-By: ${KEYRING}\n`;
}

function dockerPreferences() {
  return [
    pin('*', 'trixie', -1),
    pin('*', 'sid', -1),
    // runc stays the release's own: trixie's is built against a newer libc than Debian 12 has.
    pin('docker.io docker-cli containerd', 'trixie', 500),
    pin('docker-compose docker-buildx', 'sid', 500),
  ].join('\n');
}

function pin(packages, release, priority) {
  return `Package: ${packages}\nPin: release n=${release}\nPin-Priority: ${priority}\n`;
}

function readOsRelease() {
  if (!existsSync('/etc/os-release')) return {};
  const pairs = readFileSync('/etc/os-release', 'utf8').matchAll(/^(\w+)="?([^"\n]*)"?$/gm);
  return Object.fromEntries([...pairs].map(([, key, value]) => [key, value]));
}
