import type { Event } from '../../journal/events.ts';
import { type EventLine, eventLine } from '../../report/event-line.ts';
import { RUN_ITSELF } from '../../report/highlight.ts';
import type { MonitorFacts } from '../facts.ts';
import { cellsOf, column, type Line, span } from '../line.ts';
import type { Tone } from '../look.ts';
import { type Room, ruleLine } from './pane.ts';

const NAME_CELLS = 24;

/** The newest events that say something, the last one at the bottom; scrolling goes back in time. */
export function activityPane({ activity }: MonitorFacts, { scroll }: { scroll: number }, room: Room): readonly Line[] {
  const rows = room.rows - 1;
  const told = newest(activity, rows + scroll);
  const back = Math.max(0, Math.min(scroll, told.length - rows));
  const shown = told.slice(Math.max(0, told.length - rows - back), told.length - back);
  const longest = shown.reduce((max, { line }) => Math.max(max, cellsOf(line.service || RUN_ITSELF)), 0);
  const nameCells = Math.min(longest, NAME_CELLS, Math.max(8, Math.floor(room.columns / 4)));
  return [ruleLine('Activity', room), ...shown.map(({ at, line }) => eventSpans(at, line, { nameCells, room }))];
}

interface Told {
  readonly at: string;
  readonly line: EventLine;
}

/** Only as many as are shown are put into words: ten times a second. */
function newest(activity: readonly Event[], count: number): readonly Told[] {
  const told: Told[] = [];
  for (let i = activity.length - 1; i >= 0 && told.length < count; i -= 1) {
    const event = activity[i]!;
    const line = eventLine(event);
    if (line !== null) told.push({ at: event.at.slice(11, 19), line });
  }
  return told.reverse();
}

function eventSpans(at: string, line: EventLine, { nameCells, room }: { nameCells: number; room: Room }): Line {
  const { look } = room;
  const tone: Tone = line.tone;
  const name = column(line.service || RUN_ITSELF, nameCells, { look });
  const time = room.columns < 50 ? [] : [span(`${at} `, 'dim')];
  return [...time, span(name, line.service === '' ? 'dim' : 'plain'), span('  '), span(line.text, tone)];
}
