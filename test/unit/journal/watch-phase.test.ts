import { appendFile, mkdir, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../src/journal/events.ts';
import { journalPath, openJournal } from '../../../src/journal/file-journal.ts';
import { runFolder } from '../../../src/journal/runs.ts';
import { type WatchOptions, watchPhase } from '../../../src/journal/watch-phase.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { nodeDisk } from '../../../src/util/node-disk.ts';
import { eventsOf, finished, journalText, must, notice, resumed, scratchFolder, started } from '../../support/journal.ts';
import { newsText, WatchedPhase } from '../../support/watched-phase.ts';

const A = '20260204_140000';
const B = '20260204_150000';

async function write(root: string, run: string, bodies: readonly EventBody[], firstSeq = 1): Promise<string> {
  const path = journalPath(runFolder(root, run));
  await mkdir(runFolder(root, run), { recursive: true });
  await appendFile(path, journalText(eventsOf(bodies, run, firstSeq)));
  return path;
}

async function watched(options: Partial<WatchOptions> = {}, root?: string) {
  const phase = new WatchedPhase(root ?? (await scratchFolder()), options);
  const said = async (news: Promise<readonly Parameters<typeof newsText>[0][]>) => (await news).map(newsText);
  return { phase, first: () => said(phase.first()), look: (afterMs?: number) => said(phase.look(afterMs)) };
}

describe('watchPhase', () => {
  test('waits for a run, gives all of it, and says when it is over', async () => {
    const { phase, first, look } = await watched();
    expect(await first()).toEqual(['no run']);
    expect(await look()).toEqual([]);
    await phase.hold();
    await write(phase.root, A, [started(['a']), notice('x')]);
    expect(await look()).toEqual([`run ${A} live`, 'events 1-2', 'live']);
    await write(phase.root, A, [notice('y')], 3);
    expect(await look(100)).toEqual(['events 3-3']);
    await write(phase.root, A, [finished('done')], 4);
    expect(await look(100)).toEqual(['events 4-4', 'over']);
    await phase.release();
    expect(await look()).toEqual([]);
    await phase.end();
  });

  test('an old run under the lock of something else is not live once its end was read', async () => {
    const { phase, first, look } = await watched();
    await first();
    await phase.hold();
    await write(phase.root, A, [started(['a']), finished('done')]);
    expect(await look()).toEqual([`run ${A} live`, 'events 1-2', 'over']);
    expect(await look()).toEqual([]);
    await phase.end();
  });

  test('a process that died is noticed, and that another goes on with its run', async () => {
    const { phase, first, look } = await watched();
    await first();
    await phase.hold();
    await write(phase.root, A, [started(['a'])]);
    expect(await look()).toEqual([`run ${A} live`, 'events 1-1', 'live']);
    phase.die();
    expect(await look(500)).toEqual([]);
    expect(await look(1500)).toEqual(['over']);
    await phase.hold(8);
    await write(phase.root, A, [resumed(['a'])], 2);
    expect(await look(400)).toEqual(['events 2-2', 'live']);
    await phase.end();
  });

  test('a newer run of the phase takes over, after the last of the one before; other phases do not', async () => {
    const { phase, first, look } = await watched();
    await write(phase.root, A, [started(['a'])]);
    await first();
    await look();
    await write(phase.root, '20260204_143000', [started(['z'], 'phase2')]);
    expect(await look()).toEqual([]);
    await write(phase.root, A, [finished('abandoned')], 2);
    await mkdir(runFolder(phase.root, B), { recursive: true });
    expect(await look()).toEqual(['events 2-2']);
    await write(phase.root, A, [notice('late')], 3);
    await write(phase.root, B, [started(['a'])]);
    expect(await look()).toEqual(['events 3-3', `run ${B}`, 'events 1-1', 'over']);
    await phase.end();
  });

  test('a named run stays, and is not taken for the one that is executed', async () => {
    const root = await scratchFolder();
    await write(root, A, [started(['a'])]);
    await write(root, B, [started(['a'])]);
    const { phase, first, look } = await watched({ run: A }, root);
    await phase.hold();
    expect(await first()).toEqual([`run ${A}`, 'events 1-1', 'over']);
    expect(await look()).toEqual([]);
    await phase.end();
  });

  test('a journal that was put back from a backup is told from its beginning', async () => {
    const { phase, first, look } = await watched();
    const path = await write(phase.root, A, [started(['a']), notice('x'), notice('y')]);
    await first();
    await look();
    await truncate(path, 0);
    await write(phase.root, A, [started(['a'])]);
    expect(await look()).toEqual([`run ${A}`, 'events 1-1', 'over']);
    await phase.end();
  });

  test('a damaged journal is said once; the watch goes on', async () => {
    const { phase, first, look } = await watched();
    const path = await write(phase.root, A, [started(['a'])]);
    await appendFile(path, `garbage\n${journalText(eventsOf([notice('x')], A, 2))}`);
    await first();
    // At the first look already: there may be no other.
    expect(await look()).toEqual([`run ${A}`, 'events 1-1', 'problem journal-damaged', 'over']);
    expect([...(await look()), ...(await look()), ...(await look())]).toEqual([]);
    await write(phase.root, B, [started(['a'])]);
    expect(await look()).toEqual([`run ${B}`, 'events 1-1', 'over']);
    await phase.end();
  });

  test('a line that a crash tore is no damage', async () => {
    const { phase, first, look } = await watched();
    await first();
    await appendFile(await write(phase.root, A, [started(['a'])]), '{"v":1,"se\n');
    expect([...(await look()), ...(await look())]).toEqual([`run ${A}`, 'events 1-1', 'over']);
    await phase.end();
  });

  test('it writes nothing', async () => {
    const { phase, first, look } = await watched();
    await first();
    expect(await readdir(phase.root)).toEqual([]);
    const path = await write(phase.root, A, [started(['a'])]);
    const { mtimeMs } = await stat(path);
    await look();
    expect([await readdir(join(phase.root, '.slipway')), (await stat(path)).mtimeMs]).toEqual([['runs'], mtimeMs]);
    await phase.end();
  });

  test('keeps up with a real writer, on the machine’s own clock', async () => {
    const root = await scratchFolder();
    const stop = new AbortController();
    const watch = watchPhase({ root, phase: 'phase1', clock: systemClock, signal: stop.signal, pollMs: 5 });
    const journal = must(await openJournal(nodeDisk, { dir: runFolder(root, A), run: A }, systemClock));
    const writing = (async () => {
      await journal.append(started(['a']));
      for (let i = 0; i < 2000; i += 1) {
        const written = journal.append(notice(`n${i}`));
        if (i % 50 === 0) await written;
      }
      await journal.append(finished('done'));
    })();
    const seqs: number[] = [];
    for await (const news of watch) {
      if (news.type === 'events') seqs.push(...news.events.map((event) => event.seq));
      if (seqs.length === 2002) stop.abort();
    }
    expect(seqs).toEqual(Array.from({ length: 2002 }, (_, i) => i + 1));
    await writing;
    await journal.close();
  });
});
