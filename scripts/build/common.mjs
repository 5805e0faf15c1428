import { isBuiltin } from 'node:module';

/** What a bundled CommonJS package still asks for, and an ES module does not have: lines for the head of a bundle. */
export const REQUIRE_LINES = [
  "import { createRequire as slipwayCreateRequire } from 'node:module';",
  "import { dirname as slipwayDirname } from 'node:path';",
  "import { fileURLToPath as slipwayFileURLToPath } from 'node:url';",
  'const require = slipwayCreateRequire(import.meta.url);',
  'const __filename = slipwayFileURLToPath(import.meta.url);',
  'const __dirname = slipwayDirname(__filename);',
];

/** What no command can reach, by file: parsing the bundle is most of what every start costs. */
const LEFT_OUT = [
  // docker-modem's SSH client, for addresses that Slipway does not offer: 0.6 MB.
  { filter: /docker-modem\/lib\/ssh\.js$/, contents: "module.exports = () => { throw new Error('no engine over SSH'); };" },
  // zod's messages in forty languages; diagnostics have their own words: 0.4 MB.
  { filter: /zod\/v4\/locales\/index\.js$/, contents: "export { default as en } from './en.js';" },
];

/** A plugin: leaves that out. */
export const leaveOut = {
  name: 'leave-out',
  setup(bundler) {
    for (const { filter, contents } of LEFT_OUT) bundler.onLoad({ filter }, () => ({ contents, loader: 'js' }));
  },
};

/** Node's own modules are loaded by whoever first needs them, not at every start: HTTP, TLS and child processes cost 15 ms. */
export const lazyBuiltins = {
  name: 'lazy-builtins',
  setup(bundler) {
    bundler.onResolve({ filter: /^(node:)?[a-z_/]+$/ }, ({ path, kind, namespace }) => {
      const name = path.replace(/^node:/, '');
      const imported = kind === 'import-statement' && namespace !== 'builtin' && isBuiltin(name);
      return imported ? { path: name, namespace: 'builtin' } : null;
    });
    bundler.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require('node:${path}');`,
    }));
  },
};

/** The settings of every bundle for Node. */
export const NODE_BUNDLE = {
  bundle: true,
  write: false,
  metafile: true,
  platform: 'node',
  target: 'node20.19',
  legalComments: 'none',
  // Names and lines stay, so that a stack trace can be read.
  minifySyntax: true,
  logLevel: 'warning',
};

/** In a file of ASCII alone every character takes Node one byte and not two. esbuild leaves others in regular expressions and comments. */
export function ascii(code) {
  return code.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The npm packages that a bundle was made of, from esbuild's account of it. */
export function packagesIn({ inputs }) {
  const named = Object.keys(inputs).map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  return new Set(named.filter((name) => name !== undefined));
}
