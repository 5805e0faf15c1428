import { journalPath } from '../journal/file-journal.ts';
import { JournalTail } from '../journal/journal-tail.ts';
import { LIVE_ONLY, scanJournal } from '../journal/read-journal.ts';
import type { Disk } from '../util/disk.ts';
import type { EventText } from './kept-events.ts';

/** Which events: those after `after` up to and with `until`, which is written already. */
export interface BacklogRange {
  readonly dir: string;
  readonly after: number;
  readonly until: number;
}

/** How much is read at once, bytes. */
const PIECE_BYTES = 64 << 10;

/** Events from a journal's file in order, a piece at a time, as fast as they are asked for. Ends early when they are not there any more. */
export async function* readBacklog({ dir, after, until }: BacklogRange): AsyncGenerator<readonly EventText[]> {
  const tail = new JournalTail(journalPath(dir));
  for (let read = await tail.read(PIECE_BYTES); read.kind === 'events'; read = await tail.read(PIECE_BYTES)) {
    const last = read.events.at(-1);
    if (!last) return;
    const wanted = read.events.filter(({ seq }) => seq > after && seq <= until);
    if (wanted.length > 0) yield wanted.map((event) => ({ seq: event.seq, text: JSON.stringify(event) }));
    if (last.seq >= until) return;
  }
}

/** The seq of a journal's last complete line; 0 when there is none that can be read. */
export async function lastSeqOf(disk: Disk, dir: string): Promise<number> {
  const scanned = await scanJournal(disk, journalPath(dir), () => {}, { skip: LIVE_ONLY });
  return scanned.ok ? scanned.value.lastSeq : 0;
}
