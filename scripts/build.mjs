import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** `npm run build`: bundles the command line and all it imports into one executable file, dist/slipway.mjs. */
const root = fileURLToPath(new URL('..', import.meta.url));
const target = `${root}dist/slipway.mjs`;
const fresh = `${target}.${process.pid}`;

// Bundled CommonJS packages still ask for require and __dirname, which an ES module does not have.
const banner = [
  // Read as a shell script first, for the `--`: without it Node 20 takes our own --env-file for its, wherever it stands (nodejs/node#54232).
  '#!/bin/sh',
  `':' //; exec node -- "$0" "$@"`,
  "import { createRequire as slipwayCreateRequire } from 'node:module';",
  "import { dirname as slipwayDirname } from 'node:path';",
  "import { fileURLToPath as slipwayFileURLToPath } from 'node:url';",
  'const require = slipwayCreateRequire(import.meta.url);',
  'const __filename = slipwayFileURLToPath(import.meta.url);',
  'const __dirname = slipwayDirname(__filename);',
].join('\n');

/** What no command can reach, by file: parsing the bundle is most of what every start costs. */
const LEFT_OUT = [
  // docker-modem's SSH client, for addresses that Slipway does not offer: 0.6 MB.
  { filter: /docker-modem\/lib\/ssh\.js$/, contents: "module.exports = () => { throw new Error('no engine over SSH'); };" },
  // zod's messages in forty languages; diagnostics have their own words: 0.4 MB.
  { filter: /zod\/v4\/locales\/index\.js$/, contents: "export { default as en } from './en.js';" },
];

const leaveOut = {
  name: 'leave-out',
  setup(bundler) {
    for (const { filter, contents } of LEFT_OUT) bundler.onLoad({ filter }, () => ({ contents, loader: 'js' }));
  },
};

/** Node's own modules are loaded by whoever first needs them, not at every start: HTTP, TLS and child processes cost 15 ms. */
const lazyBuiltins = {
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

await mkdir(`${root}dist`, { recursive: true });
try {
  await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts'],
    outfile: fresh,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    legalComments: 'none',
    plugins: [leaveOut, lazyBuiltins],
    // Names and lines stay, so that a stack trace can be read.
    minifySyntax: true,
    banner: { js: banner },
    logLevel: 'warning',
  });
  await chmod(fresh, 0o755);
  // Moved into place whole, so that a command that starts meanwhile never reads half a bundle.
  await rename(fresh, target);
} catch (error) {
  // The bundler has already said what is wrong and where; its own stack would only bury that.
  if (!error.errors) throw error;
  process.exitCode = 1;
} finally {
  await rm(fresh, { force: true });
}
