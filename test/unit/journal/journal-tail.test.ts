import { appendFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { JournalTail } from '../../../src/journal/journal-tail.ts';
import { eventsOf, journalText, notice, RUN, scratchFolder, started } from '../../support/journal.ts';

async function tail() {
  const path = join(await scratchFolder(), 'journal.ndjson');
  const reader = new JournalTail(path);
  return {
    path,
    look: async () => {
      const read = await reader.read();
      return read.kind === 'events' ? read.events.map((event) => event.seq) : read.kind;
    },
    reader,
  };
}

const line = (seq: number) => journalText(eventsOf([notice(`n${seq}`)], RUN, seq));
const lines = (...seqs: readonly number[]) => seqs.map(line).join('');

describe('JournalTail', () => {
  test('a file that is not there yet has no events; then each complete line is given once', async () => {
    const { path, look } = await tail();
    expect(await look()).toEqual([]);
    await writeFile(path, line(1) + line(2).slice(0, 20));
    expect(await look()).toEqual([1]);
    await appendFile(path, line(2).slice(20) + line(3));
    expect(await look()).toEqual([2, 3]);
    expect(await look()).toEqual([]);
  });

  test('a torn tail that the writer cuts off and writes anew is never seen', async () => {
    const { path, look } = await tail();
    await writeFile(path, `${line(1)}{"v":1,"seq":2,"torn`);
    expect([await look(), await look()]).toEqual([[1], []]);
    await truncate(path, line(1).length);
    await appendFile(path, lines(2, 3));
    expect(await look()).toEqual([2, 3]);
  });

  test('a last line of garbage is a torn tail too, until something follows it', async () => {
    const { path, look, reader } = await tail();
    await writeFile(path, `${line(1)}\0\0\0\0\n`);
    expect([await look(), await look(), await look()]).toEqual([[1], [], []]);
    await appendFile(path, line(2));
    const read = await reader.read();
    expect(read).toMatchObject({ kind: 'problem', problem: { code: 'journal-damaged', file: path } });
    await truncate(path, line(1).length);
    await appendFile(path, line(2));
    expect(await look()).toEqual([2]);
  });

  test('a gap in the numbers is a problem', async () => {
    const { path, look } = await tail();
    await writeFile(path, lines(1, 3));
    expect([await look(), await look(), await look()]).toEqual([[1], [], 'problem']);
  });

  test('events of a future type are passed over, a future format is not', async () => {
    const { path, look, reader } = await tail();
    await writeFile(path, line(1).replace('"notice"', '"notice-from-tomorrow"'));
    expect(await look()).toEqual([]);
    await appendFile(path, line(2) + line(3).replace('"v":1', '"v":2'));
    expect([await look(), await look()]).toEqual([[2], []]);
    expect(await reader.read()).toMatchObject({ kind: 'problem', problem: { message: expect.stringContaining('newer') } });
  });

  test('a file that became shorter, or is another one, was replaced', async () => {
    const shrunk = await tail();
    await writeFile(shrunk.path, lines(1, 2));
    expect(await shrunk.look()).toEqual([1, 2]);
    await truncate(shrunk.path, 3);
    expect(await shrunk.look()).toBe('replaced');
    const other = await tail();
    await writeFile(other.path, line(1));
    expect(await other.look()).toEqual([1]);
    await writeFile(`${other.path}.new`, lines(1, 2));
    await rename(`${other.path}.new`, other.path);
    expect(await other.look()).toBe('replaced');
  });

  test('a file that cannot be read is a problem, not an exception', async () => {
    const folder = await scratchFolder();
    expect(await new JournalTail(folder).read()).toMatchObject({ kind: 'problem', problem: { file: folder } });
  });

  test('lines longer than a batch are read whole, and many lines in batches', async () => {
    const { path, reader } = await tail();
    const services = Array.from({ length: 500 }, (_, i) => `service-${i}`);
    await writeFile(path, journalText(eventsOf([started(services), notice('a'), notice('b')])));
    expect(await reader.read(100)).toMatchObject({ events: [{ type: 'run-started' }, { seq: 2 }, { seq: 3 }] });
    await appendFile(path, lines(...Array.from({ length: 100 }, (_, i) => i + 4)));
    const first = await reader.read(1000);
    expect(first.kind === 'events' && first.events.length).toBeLessThan(20);
    expect(first).toMatchObject({ events: expect.arrayContaining([expect.objectContaining({ seq: 4 })]) });
  });
});
