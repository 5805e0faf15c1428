import { appendFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { followJournal } from '../../../src/journal/follow-journal.ts';
import { JournalError } from '../../../src/journal/problems.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { eventsOf, journalText, notice, RUN, scratchFolder } from '../../support/journal.ts';

async function follower() {
  const path = join(await scratchFolder(), 'journal.ndjson');
  const stop = new AbortController();
  const events = followJournal(path, { clock: systemClock, signal: stop.signal, pollMs: 10 });
  return { path, stop, next: async () => (await events.next()).value?.seq, events };
}

const line = (seq: number) => journalText(eventsOf([notice(`n${seq}`)], RUN, seq));

test('it waits for the file, then gives each complete line once', async () => {
  const { path, next, events } = await follower();
  const first = next();
  await writeFile(path, line(1));
  expect(await first).toBe(1);
  const second = next();
  await appendFile(path, line(2).slice(0, 20));
  await appendFile(path, line(2).slice(20) + line(3));
  expect([await second, await next()]).toEqual([2, 3]);
  await events.return(undefined);
});

test('a torn tail that the writer cuts off and writes anew is never seen', async () => {
  const { path, next, events } = await follower();
  await writeFile(path, `${line(1)}{"v":1,"seq":2,"torn`);
  expect(await next()).toBe(1);
  const second = next();
  await truncate(path, line(1).length);
  await appendFile(path, line(2));
  expect(await second).toBe(2);
  await events.return(undefined);
});

test('the signal ends it', async () => {
  const { stop, next } = await follower();
  const end = next();
  stop.abort();
  expect(await end).toBeUndefined();
});

test('garbage, and a file that became shorter, end it with a journal error', async () => {
  const garbage = await follower();
  await writeFile(garbage.path, `${line(1)}garbage\n${line(2)}`);
  expect(await garbage.next()).toBe(1);
  await expect(garbage.next()).rejects.toBeInstanceOf(JournalError);
  const shrunk = await follower();
  await writeFile(shrunk.path, line(1) + line(2));
  expect([await shrunk.next(), await shrunk.next()]).toEqual([1, 2]);
  const third = shrunk.next();
  await truncate(shrunk.path, 3);
  await expect(third).rejects.toThrow('shorter');
});

test('events of a future type are passed over', async () => {
  const { path, next, events } = await follower();
  await writeFile(path, line(1).replace('"notice"', '"notice-from-tomorrow"') + line(2));
  expect(await next()).toBe(2);
  await events.return(undefined);
});
