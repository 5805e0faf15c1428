import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ToldRun } from '../../../src/cli/telemetry.ts';
import { processWorld } from '../../../src/cli/world.ts';
import type { Event } from '../../../src/journal/events.ts';
import type { LiveRun } from '../../../src/run/rebuild-types.ts';
import { fleetOf } from '../../support/fleet-builder.ts';

const SRC = resolve(import.meta.dirname, '../../../src');
/** What is only for traces and notifications. */
const TOLD = /^telemetry\/(otlp|notify|outbox|run-telemetry|deliver-spool|tell)/;

/** Files that are loaded with a file: by imports that are neither types nor put off until they are needed. */
function loadedWith(entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry) || !existsSync(entry)) return seen;
  seen.add(entry);
  const code = readFileSync(entry, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  for (const [, from] of code.matchAll(/^(?:import|export)(?! type)\s+(?:[^;'"()]*?\sfrom\s+)?['"](\.[^'"]+)['"]/gm))
    loadedWith(resolve(dirname(entry), from!), seen);
  return seen;
}

test('the code of traces and notifications is loaded with no command and no run', () => {
  const entries = [
    'cli/main.ts',
    'cli/commands/rebuild.ts',
    'cli/commands/rollback.ts',
    'cli/commands/restore.ts',
    'cli/telemetry.ts',
  ];
  const loaded = entries.flatMap((entry) => [...loadedWith(resolve(SRC, entry))].map((file) => relative(SRC, file)));
  expect(loaded).toContain('cli/telemetry.ts');
  expect(loaded.filter((file) => TOLD.test(file))).toEqual([]);
});

test('it is found where it is asked for, so that the test above can fail', () => {
  const loaded = [...loadedWith(resolve(SRC, 'telemetry/run-telemetry.ts'))].map((file) => relative(SRC, file));
  expect(loaded.filter((file) => TOLD.test(file)).length).toBeGreaterThan(10);
});

test('a run with nothing configured is not even listened to', async () => {
  const told = new ToldRun(processWorld(), () => expect.unreachable('nothing is said'));
  const listeners: ((event: Event) => void)[] = [];
  const live = { fleet: fleetOf({}), subscribe: (listener: (event: Event) => void) => listeners.push(listener) };
  told.begin(live as unknown as LiveRun);
  await told.end();
  expect(listeners).toEqual([]);
});
