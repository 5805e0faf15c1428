import { fileURLToPath } from 'node:url';
import { checkBaseImage, makeBaseImage } from './base-images.mjs';
import { buildBundle, checkBundle } from './cli-bundle.mjs';
import { checkEngine, mendEngine } from './engine.mjs';
import { checkNodeVersions, installNodeVersions } from './node-versions.mjs';
import { checkOlderTypescript, installOlderTypescript } from './older-typescript.mjs';
import { checkPackages, installPackages } from './packages.mjs';
import { RECIPES } from './recipes.mjs';
import { say } from './say.mjs';
import { checkShells, installShells } from './shells.mjs';
import { checkBrowser, checkPromtool, installBrowser, installPromtool } from './test-tools.mjs';

/** The folder of this checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Which parts each command needs; parts that these stand on come along by `after`. */
export const PURPOSES = {
  check: ['packages', 'cli'],
  demo: ['cli', 'engine', 'base-python', 'base-node'],
  test: [
    'packages',
    'cli',
    'engine',
    'base-busybox',
    'base-python',
    'base-node',
    'chromium',
    'promtool',
    'shells',
    'node-versions',
    'older-typescript',
  ],
};

/**
 * The parts of the set-up. `check` looks at what is really there and resolves to null, or to what is wrong with it;
 * `mend` receives that and puts it right, or throws a SetupProblem.
 */
export const PARTS = {
  packages: {
    title: 'npm packages',
    after: [],
    check: async () => checkPackages(ROOT),
    mend: async (wrong) => {
      say('npm packages', `${wrong}; installing by npm ci`);
      await installPackages(ROOT);
    },
  },
  cli: {
    title: 'command line',
    after: ['packages'],
    check: async () => checkBundle(ROOT),
    mend: async (wrong) => {
      say('command line', `${wrong}; building it`);
      await buildBundle(ROOT);
    },
  },
  engine: {
    title: 'Docker engine',
    after: [],
    check: async () => {
      const found = await checkEngine();
      return found.state === 'ready' ? null : found;
    },
    mend: mendEngine,
  },
  'base-busybox': baseImage(RECIPES.busybox),
  'base-python': baseImage(RECIPES.python),
  'base-node': baseImage(RECIPES.node),
  chromium: { title: 'Chromium', after: [], check: checkBrowser, mend: installBrowser },
  promtool: { title: 'promtool', after: [], check: checkPromtool, mend: installPromtool },
  'node-versions': { title: 'Node.js versions', after: [], check: checkNodeVersions, mend: installNodeVersions },
  'older-typescript': { title: 'TypeScript', after: [], check: checkOlderTypescript, mend: installOlderTypescript },
  shells: { title: 'shells', after: [], check: checkShells, mend: installShells },
};

function baseImage(recipe) {
  return {
    title: recipe.name,
    after: ['engine'],
    check: () => checkBaseImage(recipe),
    mend: (wrong) => makeBaseImage(recipe, wrong),
  };
}
