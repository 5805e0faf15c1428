import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { SetupProblem, say, secondsSince } from './say.mjs';

const INPUTS = ['src', 'package.json', 'package-lock.json', 'scripts/build.mjs', 'scripts/build'];

/** Why the bundled command line in `folder`/dist has to be built, or null when it is newer than all it is made of. */
export function checkBundle(folder) {
  const builtMs = modifiedMs(join(folder, 'dist/slipway.mjs'));
  if (builtMs === null) return 'dist/slipway.mjs is missing';
  const newer = INPUTS.map((path) => join(folder, path)).find((path) => newestMs(path) > builtMs);
  return newer ? 'the sources are newer than dist/slipway.mjs' : null;
}

/** Builds the bundle. Throws a SetupProblem with the bundler's last lines. */
export async function buildBundle(folder) {
  const startMs = performance.now();
  const { code, stdout, stderr } = await run(['npm', 'run', '--silent', 'build'], { cwd: folder });
  if (code !== 0) throw new SetupProblem(`npm run build failed:\n${firstLines(stderr || stdout)}`);
  say('command line', `built in ${secondsSince(startMs)}`);
}

/** What the bundler says first is what is wrong. */
function firstLines(text) {
  return text.trim().split('\n').slice(0, 12).join('\n');
}

/** The newest change below `path`; a folder's own time tells of a file that was removed. */
function newestMs(path) {
  const own = modifiedMs(path);
  if (own === null || !statSync(path).isDirectory()) return own ?? 0;
  return Math.max(own, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

function modifiedMs(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
