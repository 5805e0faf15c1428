import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleApi, declareApi } from './build/api.mjs';
import { bundleCli } from './build/cli.mjs';
import { noticesOf } from './build/notices.mjs';

/**
 * `npm pack` and `npm publish` run it first: makes in dist/ all that the package has beside files of the checkout: the command line, the API
 * with its declarations, and the licences of what is bundled.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
await mkdir(`${root}dist`, { recursive: true });
const fresh = await mkdtemp(`${root}dist/.fresh-`);
try {
  const [cli, api, declarations] = await Promise.all([
    bundleCli(root),
    bundleApi(root),
    declareApi(root, join(fresh, 'declared')),
  ]);
  const files = new Map([
    ['slipway.mjs', cli.text],
    ['api.mjs', api.text],
    ['THIRD-PARTY-NOTICES.txt', noticesOf(root, new Set([...cli.packages, ...api.packages]))],
    ...[...declarations].map(([path, text]) => [`types/${path}`, text]),
  ]);
  for (const [path, text] of files) {
    await mkdir(dirname(join(fresh, path)), { recursive: true });
    await writeFile(join(fresh, path), text);
  }
  await chmod(join(fresh, 'slipway.mjs'), 0o755);
  // Moved into place whole, so that nothing that reads them meanwhile sees a half.
  await rm(`${root}dist/types`, { recursive: true, force: true });
  for (const name of ['slipway.mjs', 'api.mjs', 'THIRD-PARTY-NOTICES.txt', 'types'])
    await rename(join(fresh, name), `${root}dist/${name}`);
} finally {
  await rm(fresh, { recursive: true, force: true });
}
