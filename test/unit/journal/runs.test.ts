import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { journalPath, openJournal } from '../../../src/journal/file-journal.ts';
import { createRun, latestRun, listRuns, loadRuns, openRun, readPlan, runFolder, writePlan } from '../../../src/journal/runs.ts';
import { NO_OPTIONS } from '../../../src/plan/options.ts';
import type { Plan } from '../../../src/plan/types.ts';
import { nodeDisk } from '../../../src/util/node-disk.ts';
import { finished, HandClock, must, mustFail, scratchFolder, started, wholeService } from '../../support/journal.ts';

async function recordRun(root: string, phase: string, clock: HandClock) {
  const { run, dir } = must(await createRun(nodeDisk, root, clock));
  const journal = must(await openJournal(nodeDisk, { dir, run }, clock));
  for (const body of [started(['a'], phase), ...wholeService('a'), finished('done')]) await journal.append(body);
  await journal.close();
  return run;
}

test('runs that start in one second get ids of their own, in order, also past nine', async () => {
  const root = await scratchFolder();
  const clock = new HandClock();
  const made = await Promise.all(Array.from({ length: 12 }, () => createRun(nodeDisk, root, clock)));
  const wanted = ['20260204_140000', ...Array.from({ length: 11 }, (_, i) => `20260204_140000_${i + 2}`)];
  expect(new Set(made.map((r) => must(r).run))).toEqual(new Set(wanted));
  expect(must(await listRuns(nodeDisk, root)).map((r) => r.run)).toEqual(wanted);
  expect((await stat(runFolder(root, wanted[0]!))).mode & 0o777).toBe(0o700);
});

test('no folder means no runs; folders that are no runs, or in which nothing was begun, are passed over', async () => {
  const root = await scratchFolder();
  expect(must(await listRuns(nodeDisk, root))).toEqual([]);
  expect(must(await latestRun(nodeDisk, root, 'phase1'))).toBeNull();
  await mkdir(runFolder(root, 'notes'), { recursive: true });
  await mkdir(runFolder(root, '20260101_000000'));
  expect(await loadRuns(nodeDisk, root, 'phase1')).toEqual({ runs: [], diagnostics: [] });
});

test('runs are told apart by phase; the latest of the phase is found', async () => {
  const root = await scratchFolder();
  const clock = new HandClock();
  const one = await recordRun(root, 'phase1', clock);
  clock.advance(5000);
  const two = await recordRun(root, 'phase1', clock);
  clock.advance(5000);
  await recordRun(root, 'phase2', clock);
  expect((await loadRuns(nodeDisk, root, 'phase1')).runs.map((r) => r.run)).toEqual([one, two]);
  const latest = must(await latestRun(nodeDisk, root, 'phase1'));
  expect(latest).toMatchObject({ run: two, torn: false, state: { outcome: 'done' } });
});

test('a damaged journal is reported and the others are still loaded', async () => {
  const root = await scratchFolder();
  const clock = new HandClock();
  const good = await recordRun(root, 'phase1', clock);
  clock.advance(5000);
  const bad = await recordRun(root, 'phase1', clock);
  await writeFile(journalPath(runFolder(root, bad)), 'garbage\n{}\n');
  const { runs, diagnostics } = await loadRuns(nodeDisk, root, 'phase1');
  expect(runs.map((r) => r.run)).toEqual([good]);
  expect(diagnostics).toMatchObject([{ code: 'journal-damaged', line: 1, file: journalPath(runFolder(root, bad)) }]);
});

test('a name that is no run id is an unknown run, wherever it points', async () => {
  expect(mustFail(await openRun(nodeDisk, await scratchFolder(), '../../etc')).code).toBe('unknown-run');
});

test('the plan of a run is read back as written; a damaged one is reported', async () => {
  const root = await scratchFolder();
  const folder = must(await createRun(nodeDisk, root, new HandClock()));
  const plan: Plan = {
    version: 1,
    plan: 'p1',
    phase: 'phase1',
    options: NO_OPTIONS,
    observed: {},
    services: [],
    untouched: [{ service: 'a', cause: { code: 'unchanged', text: 'nothing changed' } }],
    diagnostics: [],
  };
  must(await writePlan(nodeDisk, folder, plan));
  expect(must(await readPlan(nodeDisk, folder))).toEqual(plan);
  expect(await readdir(folder.dir)).toEqual(['plan.json']);
  for (const text of ['{"version":1,', JSON.stringify({ ...plan, services: [null] })]) {
    await writeFile(join(folder.dir, 'plan.json'), text);
    expect(mustFail(await readPlan(nodeDisk, folder))).toMatchObject({
      code: 'plan-damaged',
      file: join(folder.dir, 'plan.json'),
    });
  }
});
