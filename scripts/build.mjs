import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundlePage } from './build/page.mjs';

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

/** What the start only imports when it needs it, the commands above all: taken out of its bundle. */
function deferredImports(found) {
  return {
    name: 'deferred-imports',
    setup(bundler) {
      bundler.onResolve({ filter: /^\.\.?\// }, ({ path, kind, resolveDir }) => {
        if (kind !== 'dynamic-import') return null;
        const file = resolve(resolveDir, path);
        found.add(file);
        return { path: file, namespace: 'deferred' };
      });
      bundler.onLoad({ filter: /.*/, namespace: 'deferred' }, ({ path }) => ({
        contents: `module.exports = slipwayDeferred(${JSON.stringify(relative(root, path))});`,
      }));
    },
  };
}

const common = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  platform: 'node',
  target: 'node20.19',
  legalComments: 'none',
  // Names and lines stay, so that a stack trace can be read.
  minifySyntax: true,
  logLevel: 'warning',
};

/** The bundle of what every start needs, and the files that it defers. */
async function bundleStart() {
  const deferred = new Set();
  const plugins = [leaveOut, lazyBuiltins, deferredImports(deferred)];
  const { outputFiles } = await build({ ...common, entryPoints: ['src/cli/main.ts'], format: 'esm', plugins });
  return { code: outputFiles[0].text, deferred: [...deferred] };
}

/** One bundle of all deferred files, as the body of a CommonJS module that gives each when it is asked for. */
async function bundleDeferred(files) {
  // Only `serve` asks for the page: here it costs no other start anything.
  const define = { SLIPWAY_PAGE: JSON.stringify(await bundlePage(root)) };
  const getters = files.map(
    (file) => `get ${JSON.stringify(relative(root, file))}() { return require(${JSON.stringify(file)}); },`,
  );
  const stdin = { contents: `module.exports = {\n${getters.join('\n')}\n};`, resolveDir: root, loader: 'js' };
  const { outputFiles } = await build({ ...common, stdin, define, format: 'cjs', plugins: [leaveOut, lazyBuiltins] });
  return outputFiles[0].text;
}

/** Stands for the end of a comment inside one. */
const COMMENT_END = '*%/';

/**
 * The deferred bundle stands in the file as a comment, which Node passes over ten times as fast as it parses code: 30 ms of every start
 * that needs none of it. It keeps its lines, so a stack trace points into the file.
 */
function withDeferred(start, deferred) {
  if (deferred.includes(COMMENT_END))
    throw new Error(`the bundle holds ${COMMENT_END}: choose another sign for the end of a comment`);
  const head = `${banner}
import { compileFunction as slipwayCompile } from 'node:vm';
let slipwayLoaded = null;
function slipwayDeferred(file) {
  if (slipwayLoaded === null) {
    const text = slipwayText.toString();
    const code = text.slice(text.indexOf('/*') + 2, text.lastIndexOf('*/')).replaceAll('${COMMENT_END}', '*' + '/');
    const names = ['module', 'exports', 'require', '__filename', '__dirname'];
    const run = slipwayCompile(code, names, { filename: __filename, lineOffset: slipwayTextLine });
    const module = { exports: {} };
    run(module, module.exports, require, __filename, __dirname);
    slipwayLoaded = module.exports;
  }
  return slipwayLoaded[file];
}
`;
  const line = head.split('\n').length;
  const comment = `/*${deferred.replaceAll('*/', COMMENT_END)}*/`;
  return ascii(`${head}const slipwayTextLine = ${line};\nfunction slipwayText() {${comment}}\n${start}`);
}

/** In a file of ASCII alone every character takes Node one byte and not two. esbuild leaves others in regular expressions and comments. */
function ascii(code) {
  return code.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

await mkdir(`${root}dist`, { recursive: true });
try {
  const start = await bundleStart();
  await writeFile(fresh, withDeferred(start.code, await bundleDeferred(start.deferred)));
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
