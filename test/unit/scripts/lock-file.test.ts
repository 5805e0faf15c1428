import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface LockEntry {
  version: string;
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
}

/** A registry that misses some platforms' packages makes npm leave them out of the lock file, and `npm ci` then refuses it everywhere. */
test('the lock file lists the packages of every platform', () => {
  const url = new URL('../../../package-lock.json', import.meta.url);
  const entries: Record<string, LockEntry> = JSON.parse(readFileSync(url, 'utf8')).packages;
  const wanted = Object.entries(entries).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => [`node_modules/${name}`, `${path}/node_modules/${name}`]),
  );
  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.filter((places) => places.every((place) => entries[place] === undefined))).toEqual([]);
});
