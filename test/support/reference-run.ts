import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect } from 'vitest';
import { ROOT } from '../../scripts/setup/parts.mjs';
import type { Event } from '../../src/journal/events.ts';
import { type Ends, expectNothingTwice, expectWhole } from './crash-expect.ts';
import type { CrashFleet } from './crash-fleet.ts';
import type { CrashService, Flaw } from './crash-services.ts';
import { startedRuns } from './run-starts.ts';

/**
 * The fleet of the reference run: one with data in a volume without a name, one that depends on it, and a critical one whose new version is
 * unhealthy and goes back.
 */
export const REFERENCE: Readonly<Record<string, CrashService>> = {
  store: { tested: true, data: 'anonymous' },
  web: { dependsOn: ['store'] },
  pay: { critical: true, probed: true },
};

/** Its settings: a bad version is known to be bad in a second. */
export const REFERENCE_SETTINGS = {
  health: { startup_grace: '300ms', interval: '200ms', timeout: '2s', retries: 1, stable_for: 0 },
};

const FLAWS: Readonly<Record<string, Flaw>> = { pay: 'unhealthy' };
const BUNDLE = join(ROOT, `node_modules/.cache/slipway-tests/append-kill-${process.pid}.mjs`);

/** Makes the program that dies after an append (append-kill-entry.ts); returns its path. */
export async function bundleAppendKill(): Promise<string> {
  mkdirSync(join(BUNDLE, '..'), { recursive: true });
  await build({
    entryPoints: [join(ROOT, 'test/support/append-kill-entry.ts')],
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  return BUNDLE;
}

/** The whole run, killed nowhere: what it appends, without live progress. */
export async function referenceRun(fleet: CrashFleet, version: string): Promise<readonly Event[]> {
  await fleet.beginRun(version, FLAWS);
  const { code, text } = await fleet.start(['never'], { direct: true, bundle: BUNDLE }).ended;
  expect(code, text).toBe(1);
  await expectReferenceEnd(fleet, version);
  return fleet.folder.journal().filter((e) => e.type !== 'step-progress' && e.type !== 'health-sample');
}

/** A reference run that dies after an append (a number or a name as append-moment.ts has it), and its continuation. */
export async function killedAndContinued(fleet: CrashFleet, version: string, at: string): Promise<void> {
  await fleet.beginRun(version, FLAWS);
  const known = startedRuns(fleet).length;
  const { signal, text } = await fleet.start([at], { direct: true, bundle: BUNDLE }).ended;
  expect(signal, `killed after ${at}: ${text}`).toBe('SIGKILL');
  // The first appends may tell of what an earlier run left: this one has not started then.
  const resumed = await fleet.run('rebuild', ...(startedRuns(fleet).length > known ? ['--continue'] : []));
  // The critical one goes back in the continuation too.
  expect(resumed.code, `killed after ${at}: ${resumed.text.slice(-4000)}`).toBe(1);
  await expectReferenceEnd(fleet, version);
}

async function expectReferenceEnd(fleet: CrashFleet, version: string): Promise<void> {
  await expectWhole(fleet, referenceEnds(version));
  await expectNothingTwice(fleet, fleet.folder.runs().at(-1)!);
}

/** How every reference run ends, whatever happened on the way. */
export function referenceEnds(version: string): Ends {
  return {
    store: { version, status: 'completed' },
    web: { version, status: 'completed' },
    pay: { version: 'v1', status: 'rolled-back' },
  };
}
