import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPinned, TEST_CACHE } from './pinned-package.mjs';
import { say } from './say.mjs';

/** The last compiler of the line before ours: as a dependency it would take the place of our own `tsc`. */
const PINNED = {
  name: 'typescript',
  version: '5.9.3',
  integrity: 'sha512-jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaUpFT4bXlb1RHhLpp8wtm6M5TgSw==',
};

const FOLDER = join(TEST_CACHE, `typescript-${PINNED.version}`);

/** The script of that compiler. */
export const OLDER_TSC = join(FOLDER, 'bin/tsc');

/** Null, or why the declarations could not be tried with that compiler. */
export async function checkOlderTypescript() {
  const manifest = join(FOLDER, 'package.json');
  const isThere =
    existsSync(OLDER_TSC) && existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === PINNED.version;
  return isThere ? null : `TypeScript ${PINNED.version} is missing`;
}

/** Takes it out of its npm package; throws a SetupProblem where that is not possible. */
export async function installOlderTypescript(wrong) {
  say('TypeScript', `${wrong}; downloading it`);
  await installPinned(PINNED, FOLDER);
}
