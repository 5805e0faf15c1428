import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { SetupProblem, say, secondsSince } from './say.mjs';

/**
 * Compares package-lock.json with what is really in `folder`/node_modules.
 * Returns what differs as one phrase, or null. Optional packages count only where npm itself put them in.
 */
export function checkPackages(folder) {
  const wanted = readJson(join(folder, 'package-lock.json'))?.packages;
  if (!wanted) return 'there is no readable package-lock.json';
  const installed = readJson(join(folder, 'node_modules/.package-lock.json'))?.packages;
  if (!installed) return 'node_modules is missing or incomplete';
  for (const [path, { version, optional, link }] of Object.entries(wanted)) {
    if (path === '' || link || (optional && !installed[path])) continue;
    const found = readJson(join(folder, path, 'package.json'))?.version;
    if (found !== version) return `${path} is ${found ?? 'missing'}, the lock file says ${version}`;
  }
  return missingCommand(folder, installed);
}

/** Installs exactly what the lock file says. Throws a SetupProblem with what npm calls the error. */
export async function installPackages(folder) {
  const startMs = performance.now();
  const lockFile = existsSync(join(folder, 'package-lock.json'));
  if (!lockFile) throw new SetupProblem('package-lock.json is missing: it belongs to the checkout, restore it');
  const { code, stdout, stderr } = await run(['npm', 'ci', '--no-audit', '--no-fund', '--no-update-notifier'], { cwd: folder });
  if (code !== 0) throw new SetupProblem(`npm ci failed:\n${errorLines(stderr || stdout)}`);
  say('npm packages', `installed in ${secondsSince(startMs)}`);
}

/** npm says first what is wrong, and then for long how to use it. */
function errorLines(text) {
  const lines = text.split('\n').filter((line) => /^npm error ./.test(line));
  return lines.slice(0, 6).join('\n') || text.trim();
}

/** npm links the commands of top-level packages into .bin; a link that is gone breaks `npm run` as a missing package does. */
function missingCommand(folder, installed) {
  for (const [path, { bin }] of Object.entries(installed)) {
    const isTopLevel = path.lastIndexOf('node_modules/') === 0;
    if (!bin || !isTopLevel) continue;
    const lost = Object.keys(bin).find((name) => !existsSync(join(folder, 'node_modules/.bin', name)));
    if (lost) return `node_modules/.bin/${lost} is missing`;
  }
  return null;
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
