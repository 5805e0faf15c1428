import type { Diagnostic } from '../model/diagnostic.ts';
import type { Clock } from '../util/clock.ts';
import type { Event } from './events.ts';
import { JournalTail } from './journal-tail.ts';
import { JournalError } from './problems.ts';

export interface FollowOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How often to look for more. */
  readonly pollMs?: number;
}

/**
 * The events of a journal that another process writes, one by one from the first on, until the signal; waits for the file to appear. Throws a
 * JournalError when it cannot be read. Whoever follows a phase rather than one file uses `watchPhase`.
 */
export async function* followJournal(path: string, { clock, signal, pollMs = 250 }: FollowOptions): AsyncGenerator<Event> {
  const tail = new JournalTail(path);
  while (!signal.aborted) {
    const read = await tail.read();
    if (read.kind === 'problem') throw new JournalError(read.problem);
    if (read.kind === 'replaced') throw new JournalError(replaced(path));
    for (const event of read.events) {
      if (signal.aborted) return;
      yield event;
    }
    if (read.events.length === 0) await clock.sleep(pollMs, signal);
  }
}

function replaced(file: string): Diagnostic {
  const message = 'The journal cannot be followed: it became shorter than what was already read';
  return { code: 'journal-damaged', severity: 'error', message, file, remedy: 'run `slipway status`, which names the line' };
}
