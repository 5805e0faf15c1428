import { relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { ascii, lazyBuiltins, leaveOut, NODE_BUNDLE, packagesIn, REQUIRE_LINES } from './common.mjs';
import { bundlePage } from './page.mjs';

const BANNER = [
  // Read as a shell script first, for the `--`: without it Node 20 takes our own --env-file for its, wherever it stands (nodejs/node#54232).
  '#!/bin/sh',
  `':' //; exec node -- "$0" "$@"`,
  ...REQUIRE_LINES,
].join('\n');

/** The command line and all it imports as the text of one executable file, and the npm packages in it. `root` ends in a slash. */
export async function bundleCli(root) {
  const start = await bundleStart(root);
  const deferred = await bundleDeferred(root, start.deferred);
  return { text: withDeferred(start.code, deferred.code), packages: new Set([...start.packages, ...deferred.packages]) };
}

/** What the start only imports when it needs it, the commands above all: taken out of its bundle. */
function deferredImports(root, found) {
  return {
    name: 'deferred-imports',
    setup(bundler) {
      bundler.onResolve({ filter: /^\.\.?\// }, ({ path, kind, resolveDir }) => {
        if (kind !== 'dynamic-import') return null;
        const file = resolve(resolveDir, path);
        found.add(file);
        // Relative: esbuild writes it into the bundle, which must not tell where it was made.
        return { path: relative(root, file), namespace: 'deferred' };
      });
      bundler.onLoad({ filter: /.*/, namespace: 'deferred' }, ({ path }) => ({
        contents: `module.exports = slipwayDeferred(${JSON.stringify(path)});`,
      }));
    },
  };
}

/** The bundle of what every start needs, and the files that it defers. */
async function bundleStart(root) {
  const deferred = new Set();
  const plugins = [leaveOut, lazyBuiltins, deferredImports(root, deferred)];
  const entry = { absWorkingDir: root, entryPoints: ['src/cli/main.ts'], format: 'esm', plugins };
  const { outputFiles, metafile } = await build({ ...NODE_BUNDLE, ...entry });
  return { code: outputFiles[0].text, deferred: [...deferred], packages: packagesIn(metafile) };
}

/** One bundle of all deferred files, as the body of a CommonJS module that gives each when it is asked for. */
async function bundleDeferred(root, files) {
  // Only `serve` asks for the page: here it costs no other start anything.
  const page = await bundlePage(root);
  const define = { SLIPWAY_PAGE: JSON.stringify(page.assets) };
  const getters = files.map(
    (file) => `get ${JSON.stringify(relative(root, file))}() { return require(${JSON.stringify(file)}); },`,
  );
  const stdin = { contents: `module.exports = {\n${getters.join('\n')}\n};`, resolveDir: root, loader: 'js' };
  const source = { absWorkingDir: root, stdin, define, format: 'cjs', plugins: [leaveOut, lazyBuiltins] };
  const { outputFiles, metafile } = await build({ ...NODE_BUNDLE, ...source });
  return { code: outputFiles[0].text, packages: new Set([...packagesIn(metafile), ...page.packages]) };
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
  const head = `${BANNER}
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
