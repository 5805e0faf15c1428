import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseStateFile, projectPhase } from '../../../src/journal/phase-state.ts';
import { emptyRun, projectRun } from '../../../src/journal/projection.ts';
import { mendStateFile, openStateFile } from '../../../src/journal/state-file.ts';
import { nodeDisk } from '../../../src/util/node-disk.ts';
import {
  eventsOf,
  finished,
  HandClock,
  intent,
  must,
  notice,
  RUN,
  scratchFolder,
  settled,
  started,
  wholeService,
} from '../../support/journal.ts';

async function keeper() {
  const path = join(await scratchFolder(), 'sub', '.state.json');
  const clock = new HandClock();
  const init = {
    disk: nodeDisk,
    path,
    phase: 'phase1',
    configured: ['a', 'b'],
    earlier: [],
    run: emptyRun(RUN),
    clock,
    onProblem: () => {},
  };
  const file = await openStateFile(init);
  return { path, clock, file, read: async () => must(parseStateFile(await readFile(path, 'utf8'))) };
}

/** Reads until it is as wanted: the write is under way. */
async function eventually(check: () => Promise<boolean>): Promise<void> {
  await expect.poll(() => check().catch(() => false), { timeout: 5000, interval: 5 }).toBe(true);
}

test('settling writes at once, without the clock moving', async () => {
  const { file, read } = await keeper();
  for (const event of eventsOf([started(['a', 'b']), settled('a', 'completed')])) file.listen(event);
  await eventually(async () => (await read()).services[0]?.status === 'completed');
  await file.close();
});

test('other events wait for the next write, which the clock lets through', async () => {
  const { file, read, clock } = await keeper();
  const [first, second, third] = eventsOf([started(['a', 'b']), notice('x'), intent('a', 'build')]);
  file.listen(first!);
  await eventually(async () => (await read()).services[0]?.status === 'pending' && (await read()).run === RUN);
  const asleep = clock.sleeping();
  file.listen(second!);
  await asleep;
  file.listen(third!);
  expect((await read()).services[0]?.status).toBe('pending');
  clock.advance(300);
  await eventually(async () => (await read()).services[0]?.status === 'running');
  await file.close();
});

test('closing writes the last state', async () => {
  const { file, read, path } = await keeper();
  const events = eventsOf([started(['a', 'b']), notice('x'), ...wholeService('a'), ...wholeService('b'), finished('done')]);
  file.listen(events[0]!);
  for (const event of events.slice(1)) file.listen(event);
  await file.close();
  expect(await read()).toMatchObject({ outcome: 'done', services: [{ status: 'completed' }, { status: 'completed' }] });
  expect(await readdir(join(path, '..'))).toEqual(['.state.json']);
});

test('what a killed process left of a write is removed', async () => {
  const dir = await scratchFolder();
  await mkdir(join(dir, 'x'));
  await writeFile(join(dir, 'x', '.state.json.0123456789ab.tmp'), '{');
  const init = {
    disk: nodeDisk,
    path: join(dir, 'x', 'state.json'),
    phase: 'p',
    configured: [],
    earlier: [],
    run: emptyRun(RUN),
    clock: new HandClock(),
    onProblem: () => {},
  };
  await (await openStateFile(init)).close();
  expect(await readdir(join(dir, 'x'))).toEqual(['state.json']);
});

test('a deleted, cut or edited file is made again from the journals; a good one is left alone', async () => {
  const path = join(await scratchFolder(), 'state.json');
  const run = projectRun(RUN, eventsOf([started(['a']), ...wholeService('a'), finished('done')]));
  const state = projectPhase({ phase: 'phase1', configured: ['a'], runsOldestFirst: [run], live: null });
  expect(await mendStateFile(nodeDisk, path, state)).toBe('mended');
  expect(await mendStateFile(nodeDisk, path, state)).toBe('good');
  const text = await readFile(path, 'utf8');
  for (const bad of [text.slice(0, 40), '', text.replace('"completed"', '"failed"')]) {
    await writeFile(path, bad);
    expect(await mendStateFile(nodeDisk, path, state)).toBe('mended');
    expect(await readFile(path, 'utf8')).toBe(text);
  }
});
