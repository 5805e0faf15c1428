import { expect, test } from 'vitest';
import { Lane, type Release } from '../../../../src/run/executor/lanes.ts';

/** Whether a promise has settled by now, without waiting for it. */
async function settledNow<T>(promise: Promise<T>): Promise<boolean> {
  const pending = Symbol();
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

test('grants no more places than its width, in the order of the requests', async () => {
  const lane = new Lane(2);
  const order: number[] = [];
  const releases: Release[] = [];
  const ask = async (n: number) => {
    const release = await lane.acquire();
    order.push(n);
    releases.push(release!);
  };
  const all = [1, 2, 3, 4].map(ask);
  await Promise.all(all.slice(0, 2));
  expect(order).toEqual([1, 2]);
  expect(lane.busy).toBe(2);
  releases[1]!();
  await all[2];
  expect(order).toEqual([1, 2, 3]);
  releases[0]!();
  await all[3];
  expect(order).toEqual([1, 2, 3, 4]);
});

test('a release counts once', async () => {
  const lane = new Lane(1);
  const release = await lane.acquire();
  release!();
  release!();
  expect(lane.busy).toBe(0);
  await lane.acquire();
  expect(await settledNow(lane.acquire())).toBe(false);
});

test('an exclusive request waits for an empty lane and holds back those after it', async () => {
  const lane = new Lane(3);
  const first = await lane.acquire();
  const alone = lane.acquireAlone();
  const after = lane.acquire();
  expect(await settledNow(alone)).toBe(false);
  expect(await settledNow(after)).toBe(false);
  first!();
  const held = await alone;
  expect(await settledNow(after)).toBe(false);
  held!();
  expect(await after).not.toBeNull();
});

test('an aborted request leaves the queue and lets the next one in', async () => {
  const lane = new Lane(3);
  const first = await lane.acquire();
  const abort = new AbortController();
  const alone = lane.acquireAlone(abort.signal);
  const after = lane.acquire();
  abort.abort();
  expect(await alone).toBeNull();
  expect(await after).not.toBeNull();
  first!();
  expect(await lane.acquire(abort.signal)).toBeNull();
});
