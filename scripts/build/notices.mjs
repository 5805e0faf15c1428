import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const HEAD = `Slipway's package contains code of these npm packages, each under its own licence.
Slipway itself is under the Apache License 2.0, see LICENSE.
`;

/** The licences of bundled npm packages as one text; throws when one has no licence to be found. */
export function noticesOf(root, packages) {
  const notices = [...packages].sort().flatMap((name) => foldersOf(root, name).map((folder) => noticeOf(name, folder)));
  return [HEAD, ...new Set(notices)].join(`\n${'-'.repeat(80)}\n\n`);
}

/** Where a package is installed; several when others need another version of it. */
function foldersOf(root, name) {
  const packages = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const paths = Object.keys(packages).filter((path) => path.endsWith(`node_modules/${name}`));
  const folders = paths.map((path) => join(root, path)).filter((folder) => existsSync(join(folder, 'package.json')));
  if (folders.length === 0) throw new Error(`${name} is bundled and not in package-lock.json`);
  return folders;
}

function noticeOf(name, folder) {
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  if (texts.length === 0 && typeof license !== 'string') throw new Error(`${name} ${version} is bundled and names no licence`);
  return [`${name} ${version} (${license ?? 'see below'})`, '', ...texts, ''].join('\n');
}
