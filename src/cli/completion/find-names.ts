import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { LocateRequest } from '../../fleet/locate.ts';
import { type QuickNames, quickNames } from '../../fleet/quick/names.ts';
import type { Candidate, FindNames, NamedThing } from './complete.ts';

/** Ids of runs and releases begin with the instant at which they did, in UTC. */
const ID = /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)\d\d/;

/** Enough of a journal's first line to hold the phase. */
const START_BYTES = 512;

/** Finds what the files of the fleet name, without Docker; whatever cannot be read has no names. */
export function nameFinder(request: LocateRequest): FindNames {
  return async (kind) => {
    const names = await quickNames(request);
    return names === null ? [] : namesOf(kind, names);
  };
}

function namesOf(kind: NamedThing, names: QuickNames): readonly Candidate[] {
  switch (kind) {
    case 'services':
      return names.services.map((word) => ({ word, says: categoryOf(word, names) }));
    case 'categories':
      return [...names.categories].map(([word, says]) => ({ word, says }));
    case 'profiles':
      return names.profiles.map((word) => ({ word, says: '' }));
    case 'runs':
      return foldersIn(join(names.root, '.slipway/runs')).filter((run) => isOfPhase(run.word, names));
    case 'releases':
      return foldersIn(join(names.root, '.slipway/releases'));
    case 'backups':
      return foldersIn(resolve(names.root, names.backups));
  }
}

function categoryOf(service: string, { categoryOf: categories }: QuickNames): string {
  return categories.get(service) ?? categories.get(service.slice(service.indexOf('/') + 1)) ?? '';
}

/** Runs, releases or backups, the newest first, each with its time. */
function foldersIn(parent: string): readonly Candidate[] {
  const timed = namesIn(parent).map((word) => ({ word, id: /\d{8}_\d{6}(?:_\d+)?$/.exec(word)?.[0] ?? '' }));
  const known = timed.filter(({ id }) => id !== '').sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
  return known.map(({ word, id }) => ({ word, says: id.replace(ID, '$1-$2-$3 $4:$5 UTC').replace(/UTC.*/, 'UTC') }));
}

/** A run of another phase would only be refused. */
function isOfPhase(run: string, { root, phase }: QuickNames): boolean {
  const recorded = /"phase":"([^"]*)"/.exec(startOf(join(root, '.slipway/runs', run, 'journal.ndjson')))?.[1];
  return recorded === undefined || recorded === phase;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function startOf(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(START_BYTES);
      return buffer.toString('utf8', 0, readSync(file, buffer, 0, START_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
