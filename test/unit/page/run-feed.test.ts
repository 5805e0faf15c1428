import { describe, expect, test } from 'vitest';
import { RunFeed } from '../../../src/page/state/run-feed.ts';
import { eventsOf, notice, RUN, started } from '../../support/journal.ts';

const EVENTS = eventsOf([started(['a']), notice('one'), notice('two'), notice('three')]);

function feedOf(run: string | null = RUN): RunFeed {
  const feed = new RunFeed();
  feed.take({ type: 'run', run, live: true });
  return feed;
}

function take(feed: RunFeed, from: number, to: number) {
  return feed.take({ type: 'events', events: EVENTS.slice(from, to) });
}

describe('a connection that breaks', () => {
  test('goes on after the last event', () => {
    const feed = feedOf();
    take(feed, 0, 2);
    expect(feed.lastEventId()).toBe(`${RUN}:2`);
    feed.take({ type: 'run', run: RUN, live: true });
    take(feed, 2, 4);
    expect(feed.state()).toMatchObject({ lastSeq: 4 });
    expect(feed.state()?.activity).toEqual(EVENTS);
  });

  test('takes no event twice when the server begins before it', () => {
    const feed = feedOf();
    take(feed, 0, 3);
    expect(take(feed, 1, 4)).toBe('ok');
    expect(feed.state()?.activity).toEqual(EVENTS);
  });

  test('asks again for what is missing, and takes nothing that comes after it', () => {
    const feed = feedOf();
    take(feed, 0, 1);
    expect(take(feed, 2, 4)).toBe('ask-again');
    expect(feed.lastEventId()).toBe(`${RUN}:1`);
    expect(feed.state()?.lastSeq).toBe(1);
  });

  test('asks once: what is missing again is not to be had, and the rest is taken without it', () => {
    const feed = feedOf();
    take(feed, 0, 1);
    expect(take(feed, 2, 3)).toBe('ask-again');
    feed.take({ type: 'run', run: RUN, live: true });
    expect(take(feed, 2, 3)).toBe('ok');
    expect(feed.state()?.activity).toEqual([EVENTS[0], EVENTS[2]]);
    expect(feed.lastEventId()).toBe(`${RUN}:3`);
  });

  test('begins from the beginning before anything has come', () => {
    expect(new RunFeed().lastEventId()).toBeNull();
    expect(feedOf().lastEventId()).toBeNull();
  });
});

describe('another run', () => {
  test('begins empty', () => {
    const feed = feedOf();
    take(feed, 0, 4);
    feed.take({ type: 'run', run: '20260205_080000', live: true });
    expect(feed.state()).toMatchObject({ run: '20260205_080000', lastSeq: 0, activity: [] });
    expect(feed.lastEventId()).toBeNull();
  });

  test('sends events that are not taken for those of this one', () => {
    const feed = feedOf('20260205_080000');
    expect(take(feed, 0, 2)).toBe('ok');
    expect(feed.state()?.lastSeq).toBe(0);
  });

  test('may be the same one, told anew because its journal is another', () => {
    const feed = feedOf();
    take(feed, 0, 4);
    feed.take({ type: 'run', run: null, live: false });
    expect(feed.state()).toBeNull();
    feed.take({ type: 'run', run: RUN, live: false });
    take(feed, 0, 2);
    expect(feed.state()?.lastSeq).toBe(2);
  });
});

test('it is known whether the run is executed', () => {
  const feed = feedOf();
  expect(feed.live).toBe(true);
  feed.take({ type: 'live', live: false });
  expect(feed.live).toBe(false);
});

test('there being no run is known as well', () => {
  expect(new RunFeed().known).toBe(false);
  const feed = feedOf(null);
  expect(feed.known).toBe(true);
  expect(feed.state()).toBeNull();
});
