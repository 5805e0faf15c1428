import { createHash } from 'node:crypto';

/** The Debian release that every base image is made of. */
export const SUITE = 'bookworm';

/** The label that says which recipe an image was made by. */
export const RECIPE_LABEL = 'dev.slipway.base-recipe';

/** The npm of the Node base image: Debian's npm would bring 300 packages, this is the newest that runs on Debian 12's Node 18. */
const NPM = 'npm@10.9.9';

/**
 * The base images of the example and test fleets. `proof` is run once inside a new image before it gets its name.
 * `rootfs` is how it is made: a whole Debian, or nothing but one static busybox.
 */
export const RECIPES = {
  busybox: {
    name: `slipway-base-busybox:${SUITE}`,
    rootfs: 'busybox',
    packages: ['busybox-static'],
    proof: ['sh', '-c', 'wget --help 2>/dev/null; busybox --list | grep -x httpd'],
  },
  python: {
    name: `slipway-base-python:${SUITE}`,
    rootfs: 'debian',
    packages: ['python3', 'python3-pytest'],
    proof: ['python3', '-m', 'pytest', '--version'],
  },
  node: {
    name: `slipway-base-node:${SUITE}`,
    rootfs: 'debian',
    packages: ['nodejs', 'ca-certificates'],
    npm: NPM,
    proof: ['npm', '--version'],
  },
};

/** What of a Debian root file system nobody needs inside a service's image. */
export const EXCLUDED_FOLDERS = ['doc', 'man', 'info', 'locale', 'i18n', 'lintian', 'bug'].map((name) => `/usr/share/${name}`);

/** To be raised when the code that makes the images changes what is in them. */
const MAKER_VERSION = 2;

/** A short hash of all that decides an image's content, so that a changed recipe makes the image anew. */
export function recipeId(recipe) {
  const content = JSON.stringify([MAKER_VERSION, recipe, SUITE, EXCLUDED_FOLDERS]);
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}
