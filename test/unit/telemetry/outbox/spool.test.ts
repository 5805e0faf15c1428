import { existsSync, readdirSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deliverSpool } from '../../../../src/telemetry/deliver-spool.ts';
import type { Spool } from '../../../../src/telemetry/outbox/spool.ts';
import { removeSpool, takeSpool, writeSpool } from '../../../../src/telemetry/outbox/spool.ts';
import type { Clock } from '../../../../src/util/clock.ts';
import { nodeDisk } from '../../../../src/util/node-disk.ts';
import { HandClock, scratchFolder } from '../../../support/journal.ts';
import { failure } from '../../../support/notifications.ts';
import { Receiver } from '../../../support/receiver.ts';

const NOW = 1_770_213_600_000;

/** Goes on only while somebody waits for the next try; deadlines are not reached by that. */
class RetryClock implements Clock {
  #nowMs = NOW;

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const isDeadline = ms === 5000 || ms === 300_000;
    if (isDeadline) return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
    this.#nowMs += ms;
    return Promise.resolve();
  }
}

function spoolFor(root: string, url: string): Spool {
  const destination = { kind: 'webhook' as const, address: { kind: 'url' as const, url }, format: 'json' as const };
  return { version: 1, root, lanes: [{ destination, letters: [{ kind: 'notification', id: '1', notification: failure('a') }] }] };
}

test('a spool is for its owner alone, and gone with its folder as soon as it is taken', async () => {
  const root = await scratchFolder();
  const spool = spoolFor(root, 'https://h.example.com/x');
  const path = await writeSpool(nodeDisk, spool, { nowMs: NOW, pid: 7 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await takeSpool(nodeDisk, path)).toEqual(spool);
  expect(existsSync(join(path, '..'))).toBe(false);
  expect(await takeSpool(nodeDisk, path)).toBeNull();
  await removeSpool(nodeDisk, path);
});

test('what a deliverer that never came left lying is removed after ten minutes; files of others stay', async () => {
  const root = await scratchFolder();
  const spool = spoolFor(root, 'https://h.example.com/x');
  const old = await writeSpool(nodeDisk, spool, { nowMs: NOW, pid: 7 });
  await writeFile(join(old, '../note.txt'), '');
  const young = await writeSpool(nodeDisk, spool, { nowMs: NOW + 9 * 60_000, pid: 8 });
  expect(existsSync(old)).toBe(true);
  await writeSpool(nodeDisk, spool, { nowMs: NOW + 11 * 60_000, pid: 9 });
  expect(readdirSync(join(young, '..')).sort()).toEqual([
    `${NOW + 9 * 60_000}-8.json`,
    `${NOW + 11 * 60_000}-9.json`,
    'note.txt',
  ]);
});

test('who delivers a spool gives up after five minutes and leaves nothing behind', async () => {
  const root = await scratchFolder();
  const receiver = await Receiver.open();
  const url = receiver.url('/x').href;
  await receiver.close();
  const clock = new RetryClock();
  const path = await writeSpool(nodeDisk, spoolFor(root, url), { nowMs: NOW, pid: 7 });
  await deliverSpool(path, { clock, disk: nodeDisk, env: {}, version: '1' });
  // The next try would have been after 301 seconds.
  expect(clock.now() - NOW).toBe(271_000);
  expect(existsSync(join(path, '..'))).toBe(false);
});

test('a spool that is gone is nobody’s business', async () => {
  const root = await scratchFolder();
  await deliverSpool(join(root, 'none.json'), { clock: new HandClock(), disk: nodeDisk, env: {}, version: '1' });
  expect(readdirSync(root)).toEqual([]);
});
