import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { packagesIn } from './common.mjs';

/** Browsers of the last three years: nothing older is likely on the machine of somebody who runs Docker. */
const BROWSERS = ['chrome109', 'firefox115', 'safari16.4'];

/**
 * The page that `slipway serve` shows, as `PageAssets` (src/serve/page-assets.ts): one script and one style sheet, and nothing that is
 * loaded from elsewhere, and the npm packages in it. `root` ends in a slash.
 */
export async function bundlePage(root) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { app: 'src/page/main.tsx' },
    outdir: 'page',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'iife',
    target: BROWSERS,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  const textOf = (extension) => outputFiles.find(({ path }) => path.endsWith(extension)).text;
  const read = (name) => readFile(`${root}src/page/${name}`, 'utf8');
  const assets = { html: await read('index.html'), js: textOf('.js'), css: textOf('.css'), icon: await read('icon.svg') };
  return { assets, packages: packagesIn(metafile) };
}
