import type { Event } from '../journal/events.ts';
import { journalPath } from '../journal/file-journal.ts';
import { NewestRun } from '../journal/newest-run.ts';
import { readJournal as readJournalFile } from '../journal/read-journal.ts';
import { watchPhase } from '../journal/watch-phase.ts';
import type { RunId } from '../model/ids.ts';
import { systemClock } from '../util/clock.ts';
import { nodeDisk } from '../util/node-disk.ts';
import { checkOptions } from './check-options.ts';
import type { FleetOptions } from './options.ts';
import { locateHistory } from './place.ts';
import { SlipwayError } from './slipway-error.ts';

/** Which run. */
export interface JournalOptions extends FleetOptions {
  /** Left out: the newest of the phase. */
  readonly run?: RunId;
}

/** How a run is followed. */
export interface FollowOptions extends JournalOptions {
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/**
 * All events of a run, in order, whatever process wrote them.
 *
 * @throws SlipwayError when there is no such run, or its journal is damaged.
 */
export async function readJournal(options: JournalOptions = {}): Promise<readonly Event[]> {
  checkOptions('readJournal', options);
  const { dir } = await findRun(options);
  const read = await readJournalFile(nodeDisk, journalPath(dir));
  if (!read.ok) throw new SlipwayError([read.error]);
  return read.value.events;
}

/**
 * The events of a run from its first one on, and then each as it is recorded, until nobody executes it any more or the signal aborts. It only
 * reads, so it cannot disturb the run.
 *
 * @throws SlipwayError when there is no such run, or its journal is damaged.
 */
export async function* followJournal(options: FollowOptions = {}): AsyncGenerator<Event, void, undefined> {
  checkOptions('followJournal', options);
  const { root, phase, run } = await findRun(options);
  const ending = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, ending.signal]) : ending.signal;
  try {
    for await (const news of watchPhase({ root, phase, run, clock: systemClock, signal })) {
      if (news.type === 'events') yield* news.events;
      if (news.type === 'problem') throw new SlipwayError([news.problem]);
      if (news.type === 'live' && !news.live) return;
    }
  } finally {
    ending.abort();
  }
}

async function findRun(options: JournalOptions): Promise<{ root: string; phase: string; run: RunId; dir: string }> {
  const { root, settings } = await locateHistory(options);
  const found = await new NewestRun(root, settings.phase).find(options.run ?? null);
  if (!found.ok) throw new SlipwayError([found.error]);
  if (found.value === null) throw new SlipwayError([noRun(options.run, settings.phase)]);
  return { root, phase: settings.phase, ...found.value };
}

function noRun(run: RunId | undefined, phase: string) {
  const message = run === undefined ? `phase ${phase} has no run yet` : `There is no run ${run}`;
  return {
    code: run === undefined ? 'no-run' : 'unknown-run',
    severity: 'error',
    message,
    remedy: 'see `slipway runs`',
  } as const;
}
