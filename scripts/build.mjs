import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleCli } from './build/cli.mjs';

/** `npm run build`: bundles the command line and all it imports into one executable file, dist/slipway.mjs. */
const root = fileURLToPath(new URL('..', import.meta.url));
const target = `${root}dist/slipway.mjs`;
const fresh = `${target}.${process.pid}`;

await mkdir(`${root}dist`, { recursive: true });
try {
  await writeFile(fresh, (await bundleCli(root)).text);
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
