import { aptInstall, whyNoInstall } from './apt.mjs';
import { run } from './run.mjs';
import { SetupProblem, say, secondsSince } from './say.mjs';

/** The shells that completion is tested in; their Debian packages are called the same. */
const SHELLS = ['bash', 'zsh', 'fish'];

/** Null, or which shells are missing. */
export async function checkShells() {
  const found = await Promise.all(SHELLS.map((shell) => run([shell, '--version'], { timeoutMs: 30_000 })));
  const missing = SHELLS.filter((_, i) => found[i].code !== 0);
  return missing.length === 0 ? null : { missing };
}

/** Installs the missing shells from Debian; throws a SetupProblem where that is not possible. */
export async function installShells({ missing }) {
  const startMs = performance.now();
  const names = missing.join(' and ');
  const reason = whyNoInstall();
  if (reason) throw new SetupProblem(`${names} not found, and ${reason}: install ${names}`);
  say('shells', `installing ${names} from Debian`);
  await aptInstall(missing);
  say('shells', `installed in ${secondsSince(startMs)}`);
}
