import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const SCHEMA = 'schema/slipway.schema.json';
const PACKAGE = 'node_modules/slipway';

/**
 * Where an editor finds the JSON Schema from a configuration in this folder: the nearest installed package upwards, else the running one when both
 * lie in one repository. A program that is installed for the whole machine is at another place on the next one: then it is the package's usual place.
 */
export function schemaAddress(folder: string): string {
  for (let here = folder; ; here = dirname(here)) {
    const path = join(here, PACKAGE, SCHEMA);
    if (existsSync(path)) return addressFrom(folder, path);
    if (dirname(here) === here) break;
  }
  const own = ownSchema();
  const top = repositoryOf(folder);
  const isNear = own !== null && top !== null && !relative(top, own).startsWith('..');
  return isNear ? addressFrom(folder, own) : `./${PACKAGE}/${SCHEMA}`;
}

/** The schema beside the file that runs: `dist/slipway.mjs` of the package, links followed. */
function ownSchema(): string | null {
  const script = process.argv[1];
  if (script === undefined || !existsSync(script)) return null;
  const path = resolve(dirname(realpathSync(script)), '..', SCHEMA);
  return existsSync(path) ? path : null;
}

function repositoryOf(folder: string): string | null {
  if (existsSync(join(folder, '.git'))) return folder;
  return dirname(folder) === folder ? null : repositoryOf(dirname(folder));
}

/** As the language server resolves it: from the file's folder. */
function addressFrom(folder: string, path: string): string {
  const address = relative(folder, path).replaceAll('\\', '/');
  return address.startsWith('.') ? address : `./${address}`;
}
