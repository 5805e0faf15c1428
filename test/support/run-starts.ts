import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CrashFleet } from './crash-fleet.ts';

/** Runs whose start is recorded: only these can be continued. */
export function startedRuns({ folder }: CrashFleet): string[] {
  if (!existsSync(join(folder.root, '.slipway/runs'))) return [];
  return folder.runs().filter((run) => {
    const journal = join(folder.root, '.slipway/runs', run, 'journal.ndjson');
    return existsSync(journal) && readFileSync(journal, 'utf8').includes('"type":"run-started"');
  });
}
