import { onTestFinished } from 'vitest';
import { folderWith } from './folder.ts';
import { madeUpFleet, WrittenRun } from './journal-writer.ts';
import { storyOf } from './made-up-story.ts';

/** A made-up run that seems to be under way until the test ends: so many services, so many events of its story told. */
export async function liveRun(count: number, events: number): Promise<WrittenRun> {
  const beganMs = Date.now() - 60_000;
  const run = new WrittenRun(folderWith(), madeUpFleet(count), beganMs);
  run.append([...storyOf(run.services, 6)].slice(0, events), beganMs, Math.floor(59_000 / Math.max(1, events)));
  await run.hold();
  onTestFinished(() => run.release());
  return run;
}
