import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aptDownload, aptInstall, whyNoInstall } from './apt.mjs';
import { run } from './run.mjs';
import { lastLines, SetupProblem, say, secondsSince } from './say.mjs';

/** Where Debian and others install Chromium and its likes; the first that is there is what the tests drive. */
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];

/** Fonts that have the page's few glyphs; Chromium itself brings none. */
const BROWSER_PACKAGES = ['chromium', 'fonts-dejavu-core'];

/** Where set-up puts promtool: of Debian's package `prometheus` only this program is wanted, not the server that it would start. */
const PROMTOOL = '/usr/local/bin/promtool';

/** Chromium, or another browser of its kind by SLIPWAY_CHROMIUM; null when there is none. */
export function findBrowser(env = process.env) {
  return [env.SLIPWAY_CHROMIUM, ...BROWSERS].find((path) => path && existsSync(path)) ?? null;
}

/** Null, or why the browser tests could not run. */
export async function checkBrowser() {
  const path = findBrowser();
  if (path === null) return 'there is no Chromium';
  const { code, stderr } = await run([path, '--version'], { timeoutMs: 30_000 });
  return code === 0 ? null : `${path} does not start: ${lastLines(stderr, 1)}`;
}

/** Installs Debian's Chromium; throws a SetupProblem where that is not possible. */
export async function installBrowser(wrong) {
  const startMs = performance.now();
  mayInstall(wrong, 'install Chromium, or name one in SLIPWAY_CHROMIUM');
  say('Chromium', `${wrong}; installing ${BROWSER_PACKAGES.join(' ')} from Debian`);
  await aptInstall(BROWSER_PACKAGES);
  say('Chromium', `installed in ${secondsSince(startMs)}`);
}

/** Null, or why the metrics could not be checked. */
export async function checkPromtool() {
  const { code } = await run(['promtool', '--version'], { timeoutMs: 30_000 });
  return code === 0 ? null : 'there is no promtool';
}

/** Takes promtool out of Debian's package `prometheus`; throws a SetupProblem where that is not possible. */
export async function installPromtool(wrong) {
  mayInstall(wrong, "install Prometheus' promtool (https://prometheus.io/download/)");
  say('promtool', `${wrong}; taking it out of Debian's package prometheus`);
  const folder = await mkdtemp(join(tmpdir(), 'slipway-promtool-'));
  try {
    await aptDownload('prometheus', folder);
    const [archive] = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
    const { code, stderr } = await run(['dpkg', '-x', join(folder, archive ?? ''), join(folder, 'files')]);
    if (code !== 0) throw new SetupProblem(`the package prometheus cannot be read: ${lastLines(stderr, 2)}`);
    // Copied beside its place first, so that nobody ever starts half of it.
    const fresh = `${PROMTOOL}.${process.pid}`;
    await copyFile(join(folder, 'files/usr/bin/promtool'), fresh);
    await chmod(fresh, 0o755);
    await rename(fresh, PROMTOOL);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function mayInstall(wrong, byHand) {
  const reason = whyNoInstall();
  if (reason) throw new SetupProblem(`${wrong}, and ${reason}: ${byHand}`);
}
