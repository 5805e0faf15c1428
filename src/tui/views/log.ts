import type { ServiceRow } from '../../report/facts/service-row.ts';
import { humanDuration } from '../../util/human.ts';
import { printable } from '../../util/printable.ts';
import { type Line, span, spread } from '../line.ts';
import { topOf } from '../log-keys.ts';
import type { LogText } from '../log-text.ts';
import { LOG_SOURCES, type LogUi } from '../ui-state.ts';
import type { ServiceUsage } from '../usage.ts';
import { type Room, ruleLine } from './pane.ts';
import { signOf, toneOf } from './signs.ts';

/** Rows that a log's view needs for what is not the log. */
export const LOG_HEAD_ROWS = 3;

/** What the view of a log is made of. */
export interface LogFacts {
  readonly log: LogUi;
  readonly text: LogText;
  /** Null = the run has no such service any more. */
  readonly row: ServiceRow | null;
  readonly usage: ServiceUsage | null;
}

/** A service's log on the whole screen: how the service stands, which log it is, and its lines. */
export function logView(facts: LogFacts, room: Room): readonly Line[] {
  const { log, text } = facts;
  const rows = Math.max(0, room.rows - LOG_HEAD_ROWS);
  const top = topOf(log, text.lines.length, rows);
  const shown = text.lines.slice(top, top + rows);
  const body =
    text.lines.length === 0
      ? [[span(text.remark || 'nothing yet', 'dim')] satisfies Line]
      : shown.map((line, i) => logLine(line, { log, isAt: log.at === top + i, room }));
  return [serviceLine(facts, room), detailLine(facts), tabsLine(facts, room), ...body];
}

/** Which of the log's lines are on the screen, for the bottom line. */
export function logPlace({ log, text }: LogFacts, rows: number): string {
  const count = text.lines.length;
  const top = topOf(log, count, Math.max(0, rows - LOG_HEAD_ROWS));
  const end = Math.min(count, top + Math.max(0, rows - LOG_HEAD_ROWS));
  const found = log.search === '' ? '' : log.at === null ? `"${log.search}"  ` : `"${log.search}" in line ${log.at + 1}  `;
  return `${found}${count === 0 ? 0 : top + 1}-${end} of ${count}${text.isCut ? ' (newest)' : ''}`;
}

function serviceLine({ log, row, usage }: LogFacts, room: Room): Line {
  const name = [span(printable(log.service), 'bold'), span(row ? `  ${printable(row.category)}` : '', 'dim')];
  if (!row) return spread(name, [], room);
  const time = row.sinceMs ?? row.durationMs;
  const standing = [
    span(usage ? `${usage.state}  ` : '', usage?.tone ?? 'dim'),
    span(`${signOf(row, room.look)} ${row.doing}`, toneOf(row)),
    span(time === null ? '' : `  ${humanDuration(time)}`, 'bold'),
  ];
  return spread(name, standing, room);
}

function detailLine({ row }: LogFacts): Line {
  if (!row) return [];
  if (row.failure !== null) return [span(printable(row.failure), toneOf(row))];
  return row.detail !== '' ? [span(printable(row.detail))] : [span(printable(row.cause), 'dim')];
}

function tabsLine({ log, text }: LogFacts, room: Room): Line {
  const tabs = LOG_SOURCES.flatMap((source) => [
    span(source === log.source ? `[${source}]` : ` ${source} `, source === log.source ? 'title' : 'dim'),
  ]);
  const live = log.follow ? (text.isOver ? 'the end' : 'following') : 'stopped here, f follows';
  return ruleLine('Log', room, [...tabs, span(`  ${live}`, log.follow && !text.isOver ? 'run' : 'dim')]);
}

function logLine(line: string, { log, isAt, room }: { log: LogUi; isAt: boolean; room: Room }): Line {
  const text = log.left > 0 ? line.slice(log.left) : line;
  const shown = text.length > room.columns * 2 ? text.slice(0, room.columns * 2) : text;
  return log.search === '' ? [span(shown)] : marked(shown, log.search, isAt);
}

/** The text with what was searched for standing out. */
function marked(text: string, search: string, isAt: boolean): Line {
  const lower = text.toLowerCase();
  const wanted = search.toLowerCase();
  // Some letters change their length in lower case; then places would not agree.
  if (lower.length !== text.length) return [span(text, isAt ? 'bold' : 'plain')];
  const line = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, from)) {
    line.push(span(text.slice(from, at), isAt ? 'bold' : 'plain'), span(text.slice(at, at + wanted.length), 'match'));
    from = at + wanted.length;
  }
  return [...line, span(text.slice(from), isAt ? 'bold' : 'plain')];
}
