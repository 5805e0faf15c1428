import { readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Event } from '../../src/journal/events.ts';
import { momentOf } from '../support/append-moment.ts';
import { expectWhole } from '../support/crash-expect.ts';
import { type CrashFleet, crashFleet } from '../support/crash-fleet.ts';
import { tagsOf } from '../support/engine-facts.ts';
import { bundleAppendKill, REFERENCE, REFERENCE_SETTINGS, referenceEnds, referenceRun } from '../support/reference-run.ts';

/** A line of the journal and where it lies, in bytes. */
interface Line {
  readonly event: Event;
  readonly from: number;
  /** After its line break. */
  readonly to: number;
}

/** Where the journal ends after the cut, and what is right then: to continue the run, or to begin anew because there is none. */
interface Cut {
  readonly name: string;
  readonly at: (lines: readonly Line[]) => number;
  readonly next: 'continue' | 'rebuild';
  /** What the operator is told. */
  readonly said?: string;
}

const line = (lines: readonly Line[], moment: string) => lines.find(({ event }) => momentOf(event) === moment)!;
const inside = (moment: string) => (lines: readonly Line[]) => {
  const { from, to } = line(lines, moment);
  return Math.floor((from + to) / 2);
};
const after = (moment: string) => (lines: readonly Line[]) => line(lines, moment).to;

const CUTS: readonly Cut[] = [
  { name: 'all of it', at: () => 0, next: 'rebuild' },
  { name: 'inside the first line', at: (lines) => lines[0]!.to - 40, next: 'rebuild', said: 'before its first record ended' },
  { name: 'after the first line', at: (lines) => lines[0]!.to, next: 'continue' },
  { name: 'inside an intent to build', at: inside('store:build:intent'), next: 'continue', said: 'was cut short' },
  { name: 'after an intent to replace', at: after('web:replace:intent'), next: 'continue' },
  { name: 'inside the outcome of a replace', at: inside('store:replace:outcome'), next: 'continue', said: 'was cut short' },
  { name: 'after the outcome of a build', at: after('pay:build:outcome'), next: 'continue' },
  { name: 'inside the intent to roll back', at: inside('pay:rollback:intent'), next: 'continue', said: 'was cut short' },
  { name: 'after the intent to roll back', at: after('pay:rollback:intent'), next: 'continue' },
  { name: 'inside the outcome of the rollback', at: inside('pay:rollback:outcome'), next: 'continue', said: 'was cut short' },
  { name: 'inside the last line', at: (lines) => lines.at(-1)!.from + 20, next: 'continue', said: 'was cut short' },
  { name: 'the last byte', at: (lines) => lines.at(-1)!.to - 1, next: 'continue', said: 'was cut short' },
];

beforeAll(async () => void (await bundleAppendKill()));

test('a journal cut at twelve places, with all of it done on the engine: what it no longer tells is found out there', {
  timeout: 900_000,
}, async () => {
  const fleets = await Promise.all([crashFleet(REFERENCE, REFERENCE_SETTINGS), crashFleet(REFERENCE, REFERENCE_SETTINGS)]);
  const left = CUTS.entries();
  await Promise.all(
    fleets.map(async (fleet) => {
      for (const [nth, cut] of left) {
        await cutAndGoOn(fleet, `cut ${nth}`, cut).catch((error: Error) => {
          throw new Error(`cut ${cut.name}: ${error.message}`, { cause: error });
        });
      }
    }),
  );
});

async function cutAndGoOn(fleet: CrashFleet, version: string, cut: Cut): Promise<void> {
  await referenceRun(fleet, version);
  const run = fleet.folder.runs().at(-1)!;
  const backups = await backupsOf(fleet, run);
  expect(Object.keys(backups)).toHaveLength(3);
  cutJournal(fleet, run, cut);
  const { code, text } = await fleet.run('rebuild', ...(cut.next === 'continue' ? ['--continue'] : []));
  expect(code, text.slice(-4000)).toBe(1);
  if (cut.said) expect(text.replaceAll(/\s+/g, ' ')).toContain(cut.said);
  expect(await backupsOf(fleet, run), 'what ran before the run').toEqual(backups);
  await expectWhole(fleet, referenceEnds(version));
}

function cutJournal(fleet: CrashFleet, run: string, { at }: Cut): void {
  const path = join(fleet.folder.root, '.slipway/runs', run, 'journal.ndjson');
  let from = 0;
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((text) => {
      const to = from + Buffer.byteLength(text) + 1;
      const found = { event: JSON.parse(text) as Event, from, to };
      from = to;
      return found;
    });
  truncateSync(path, at(lines));
}

/** What ran before the run, by the tags that it left. */
async function backupsOf({ name }: CrashFleet, run: string): Promise<Record<string, string>> {
  const tags = Object.entries(await tagsOf(`${name}-`));
  return Object.fromEntries(tags.filter(([tag]) => tag.endsWith(`:pre-phase1-rebuild-${run}`)));
}
