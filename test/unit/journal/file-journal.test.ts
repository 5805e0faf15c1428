import { appendFile, open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Event } from '../../../src/journal/events.ts';
import { journalPath, openJournal } from '../../../src/journal/file-journal.ts';
import { readJournal } from '../../../src/journal/read-journal.ts';
import { nodeDisk } from '../../../src/util/node-disk.ts';
import {
  eventsOf,
  HandClock,
  intent,
  journalText,
  must,
  mustFail,
  notice,
  RUN,
  scratchFolder,
  started,
} from '../../support/journal.ts';

async function newJournal(options = {}) {
  const dir = join(await scratchFolder(), '.slipway', 'runs', RUN);
  const clock = new HandClock();
  return { dir, clock, journal: must(await openJournal(nodeDisk, { dir, run: RUN }, clock, options)) };
}

test('what is appended is read back in order, with seq from 1 and the clock’s time', async () => {
  const { dir, clock, journal } = await newJournal();
  await journal.append(started(['a']));
  clock.advance(1500);
  await journal.append(notice('hello'));
  await journal.close();
  const { events, torn } = must(await readJournal(nodeDisk, journalPath(dir)));
  expect(events.map((e) => [e.seq, e.at, e.run, e.type])).toEqual([
    [1, '2026-02-04T14:00:00.000Z', RUN, 'run-started'],
    [2, '2026-02-04T14:00:01.500Z', RUN, 'notice'],
  ]);
  expect(torn).toBeNull();
});

test('the journal is private: 0600 in folders of 0700', async () => {
  const { dir, journal } = await newJournal();
  await journal.append(notice('x'));
  await journal.close();
  const modes = await Promise.all([journalPath(dir), dir, join(dir, '..')].map(async (p) => (await stat(p)).mode & 0o777));
  expect(modes).toEqual([0o600, 0o700, 0o700]);
});

test('appends that are not awaited one by one are written in the order of the calls', async () => {
  const { dir, journal } = await newJournal();
  await Promise.all(Array.from({ length: 200 }, (_, i) => journal.append(notice(String(i)))));
  await journal.close();
  const { events } = must(await readJournal(nodeDisk, journalPath(dir)));
  expect(events.map((e) => e.type === 'notice' && e.message)).toEqual(Array.from({ length: 200 }, (_, i) => String(i)));
});

test('reopening goes on with the next seq', async () => {
  const { dir, clock, journal } = await newJournal();
  await journal.append(notice('one'));
  await journal.close();
  const again = must(await openJournal(nodeDisk, { dir, run: RUN }, clock));
  expect(again.found).toMatchObject({ lastSeq: 1, torn: null });
  expect((await again.append(notice('two'))).seq).toBe(2);
  await again.close();
  expect(must(await readJournal(nodeDisk, journalPath(dir))).lastSeq).toBe(2);
});

test('reopening cuts off an unfinished last line and says so', async () => {
  const { dir, clock, journal } = await newJournal();
  await journal.append(notice('one'));
  await journal.close();
  await appendFile(journalPath(dir), '{"v":1,"seq":2,"at":"2026');
  const again = must(await openJournal(nodeDisk, { dir, run: RUN }, clock));
  expect(again.found.torn).toEqual({ line: 2, bytes: 25 });
  await again.append(notice('two'));
  await again.close();
  expect(must(await readJournal(nodeDisk, journalPath(dir))).events.map((e) => e.seq)).toEqual([1, 2]);
});

test('a subscriber sees an event once it is on file, until it leaves', async () => {
  const { dir, journal } = await newJournal();
  const onFile: boolean[] = [];
  const { readFileSync } = await import('node:fs');
  const leave = journal.subscribe((event) => onFile.push(readFileSync(journalPath(dir), 'utf8').includes(`"seq":${event.seq},`)));
  await journal.append(notice('one'));
  await journal.append(intent('a', 'build'));
  leave();
  await journal.append(notice('three'));
  await journal.close();
  expect(onFile).toEqual([true, true]);
});

test('the fault hook runs after the event is on file and before its append resolves', async () => {
  const order: string[] = [];
  const { dir, journal } = await newJournal({
    afterAppend: async (event: Event) => {
      order.push(
        (await readFile(journalPath(dir), 'utf8')).includes(`"seq":${event.seq},`) ? 'hook: on file' : 'hook: not on file',
      );
    },
  });
  await journal.append(intent('a', 'build'));
  order.push('resolved');
  await journal.close();
  expect(order).toEqual(['hook: on file', 'resolved']);
});

test('secrets are taken out of free texts, and not out of names', async () => {
  const { dir, journal } = await newJournal({ redact: (text: string) => text.replaceAll('postgres', '***') });
  await journal.append({
    type: 'notice',
    severity: 'info',
    code: 'note',
    service: 'postgres',
    message: 'login as postgres failed',
  });
  await journal.close();
  const { events } = must(await readJournal(nodeDisk, journalPath(dir)));
  expect(events[0]).toMatchObject({ service: 'postgres', message: 'login as *** failed' });
});

test('a text without bound is cut, so that the line stays readable', async () => {
  const { dir, journal } = await newJournal();
  await journal.append(notice('x'.repeat(5_000_000)));
  await journal.close();
  const { events } = must(await readJournal(nodeDisk, journalPath(dir)));
  expect(events[0]).toMatchObject({ message: expect.stringMatching(/^x{2048}… \(4997952 more characters\)$/) });
});

test('garbage in the middle is reported with its line and what to do', async () => {
  const dir = await scratchFolder();
  const lines = journalText(eventsOf([started(['a']), notice('one'), notice('two')])).split('\n');
  await writeFile(journalPath(dir), [lines[0], '\u0000\u0000 garbage', lines[1], lines[2], ''].join('\n'));
  const problem = mustFail(await readJournal(nodeDisk, journalPath(dir)));
  expect(problem).toMatchObject({
    code: 'journal-damaged',
    file: journalPath(dir),
    line: 2,
    remedy: expect.stringContaining('backup'),
  });
  expect(mustFail(await openJournal(nodeDisk, { dir, run: RUN }, new HandClock())).line).toBe(2);
});

test.each([
  ['a missing event', [1, 3], 2, 'event 3 follows event 1'],
  ['a repeated event', [1, 2, 2], 3, 'event 2 follows event 2'],
])('%s is damage, not a torn tail', async (_, seqs, line, why) => {
  const dir = await scratchFolder();
  await writeFile(journalPath(dir), seqs.map((seq) => journalText(eventsOf([notice('x')], RUN, seq))).join(''));
  expect(mustFail(await readJournal(nodeDisk, journalPath(dir)))).toMatchObject({ line, message: expect.stringContaining(why) });
});

test('a known event with a wrong field is damage and names the field', async () => {
  const dir = await scratchFolder();
  const [event] = eventsOf([notice('x')]);
  await writeFile(journalPath(dir), `${JSON.stringify({ ...event, severity: 'loud' })}\n`);
  expect(mustFail(await readJournal(nodeDisk, journalPath(dir))).message).toContain('severity');
});

test('events of a future type are passed over and counted; a future format is refused', async () => {
  const dir = await scratchFolder();
  const [first, second, third] = eventsOf([notice('a'), notice('b'), notice('c')]);
  await writeFile(journalPath(dir), journalText([first!, { ...second, type: 'service-teleported' } as never, third!]));
  expect(must(await readJournal(nodeDisk, journalPath(dir)))).toMatchObject({
    unknownEvents: 1,
    lastSeq: 3,
    events: [first, third],
  });
  await writeFile(journalPath(dir), journalText([{ ...first, v: 2 } as never]));
  expect(mustFail(await readJournal(nodeDisk, journalPath(dir)))).toMatchObject({
    remedy: expect.stringContaining('version of Slipway'),
  });
});

test('an endless line is refused in the middle and torn at the end, without being kept in memory', async () => {
  const dir = await scratchFolder();
  const first = journalText(eventsOf([notice('a')]));
  const handle = await open(journalPath(dir), 'w');
  await handle.writeFile(first);
  for (let i = 0; i < 64; i += 1) await handle.writeFile('x'.repeat(1 << 18));
  await handle.close();
  expect(must(await readJournal(nodeDisk, journalPath(dir))).torn).toEqual({ line: 2, bytes: 64 << 18 });
  await appendFile(journalPath(dir), `\n${journalText(eventsOf([notice('b')], RUN, 2))}`);
  expect(mustFail(await readJournal(nodeDisk, journalPath(dir)))).toMatchObject({
    line: 2,
    message: expect.stringContaining('too long'),
  });
});

test('a missing journal is an answer, not a crash', async () => {
  const problem = mustFail(await readJournal(nodeDisk, join(await scratchFolder(), 'nothing')));
  expect(problem).toMatchObject({ code: 'journal-missing' });
});

test('skipped types are passed over but still counted in the sequence', async () => {
  const dir = await scratchFolder();
  const progress = {
    type: 'step-progress',
    service: 'a',
    step: 'a:test',
    progress: { kind: 'test', line: '"type":"notice"' },
  } as const;
  await writeFile(journalPath(dir), journalText(eventsOf([notice('a'), progress, progress, notice('b')])));
  const read = must(await readJournal(nodeDisk, journalPath(dir), { skip: new Set(['step-progress']) }));
  expect(read.events.map((e) => e.seq)).toEqual([1, 4]);
});
