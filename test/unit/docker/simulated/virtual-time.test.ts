import { expect, test } from 'vitest';
import { Life } from '../../../../src/docker/simulated/life.ts';
import { TimeStandsStill, VirtualTime } from '../../../../src/docker/simulated/virtual-time.ts';

const START_MS = Date.UTC(2026, 0, 1);

/** A time, and how much of it has gone by at each word that is said. */
function timeOf() {
  const time = new VirtualTime(START_MS);
  const said: string[] = [];
  const say = (word: string) => said.push(`${word} ${time.now() - START_MS}`);
  return { time, said, say };
}

test('jumps from one timer to the next, and does those of one instant in the order in which they were set', async () => {
  const { time, said, say } = timeOf();
  const wait = async (word: string, ms: number) => {
    await time.sleep(ms);
    say(word);
  };
  await time.drive(Promise.all([wait('c', 3_600_000), wait('a', 10), wait('b', 10), wait('first', 0)]));
  expect(said).toEqual(['first 0', 'a 10', 'b 10', 'c 3600000']);
});

test('goes on only when nobody has anything left to do', async () => {
  const { time, said, say } = timeOf();
  time.after(5, () => say('later'));
  const busy = async () => {
    await time.sleep(1);
    for (let i = 0; i < 1000; i += 1) await Promise.resolve();
    say('now');
  };
  await time.drive(Promise.all([busy(), time.sleep(5)]));
  expect(said).toEqual(['now 1', 'later 5']);
});

test('a sleep ends early with its signal, and its timer is forgotten', async () => {
  const { time, said, say } = timeOf();
  const stop = new AbortController();
  time.after(7, () => stop.abort());
  const sleeper = time.sleep(100, stop.signal).then(() => say('woken'));
  await time.drive(sleeper);
  expect(said).toEqual(['woken 7']);
  await time.drive(time.sleep(1, AbortSignal.abort()));
  expect(time.now() - START_MS).toBe(7);
});

test('keeps its order when most of many timers are forgotten', async () => {
  const { time, said, say } = timeOf();
  for (let i = 5000; i > 0; i -= 1) {
    const timer = time.after(i, () => say('fired'));
    if (i % 1000 !== 0) time.cancel(timer);
  }
  await time.pass(10_000);
  expect(said).toEqual([1000, 2000, 3000, 4000, 5000].map((ms) => `fired ${ms}`));
});

test('work that waits for something that never comes is found out at once', async () => {
  const { time } = timeOf();
  await expect(time.drive(new Promise(() => {}))).rejects.toThrow(TimeStandsStill);
  const again = () => time.after(60_000, again);
  again();
  await expect(time.drive(new Promise(() => {}))).rejects.toThrow(TimeStandsStill);
});

test('what a process waits for never comes once it has ended', async () => {
  const { time, said, say } = timeOf();
  const life = new Life(time);
  void life.clock.sleep(10).then(() => say('slept'));
  void life.bind(time.sleep(10)).then(() => say('heard'));
  life.whenOver(() => say('over'));
  time.after(5, () => life.end());
  await time.pass(20);
  void life.clock.sleep(0).then(() => say('slept again'));
  await time.pass(20);
  expect(said).toEqual(['over 5']);
});
