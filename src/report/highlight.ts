import type { Event } from '../journal/events.ts';
import { type EventLine, eventLine } from './event-line.ts';
import type { Paint } from './paint.ts';

/** How lines of events are laid out: the width of the column of names. */
export interface LineLayout {
  readonly nameWidth: number;
  readonly paint: Paint;
}

/** What stands in the column of names when an event is about the run itself. */
export const RUN_ITSELF = 'slipway';

/** The event as a line that stays above a live display; null for what the display itself shows. */
export function highlightLine(event: Event, { nameWidth, paint }: LineLayout): string | null {
  const line = staysVisible(event) ? eventLine(event) : null;
  if (line === null) return null;
  return `${glyphOf(event, line, paint)} ${paint.bold((line.service || RUN_ITSELF).padEnd(nameWidth))}  ${toned(line, paint)}`;
}

/** The event as a line of plain output: time of day in UTC, service, text; null for live progress. */
export function plainLine(event: Event, { nameWidth, paint }: LineLayout): string | null {
  const line = eventLine(event);
  if (line === null) return null;
  return `${paint.dim(event.at.slice(11, 19))} ${(line.service || RUN_ITSELF).padEnd(nameWidth)}  ${toned(line, paint)}`;
}

/** A failed step is told once more when its service settles, so only that stays. */
function staysVisible(event: Event): boolean {
  switch (event.type) {
    case 'service-settled':
    case 'run-resumed':
    case 'retry-scheduled':
    case 'leftover-repaired':
    case 'hook-finished':
    case 'signal-received':
    case 'control-received':
    case 'notice':
      return true;
    case 'step-intent':
      return event.intent.kind === 'rollback';
    default:
      return false;
  }
}

function glyphOf(event: Event, { tone }: EventLine, { glyph, good, bad, warn }: Paint): string {
  if (event.type === 'service-settled' && event.status === 'skipped') return warn(glyph.skipped);
  if (event.type === 'service-settled' && event.status === 'rolled-back') return (event.failure ? bad : good)(glyph.back);
  if (tone === 'good') return good(glyph.good);
  if (tone === 'bad') return bad(glyph.bad);
  return tone === 'warn' ? warn(glyph.note) : glyph.waiting;
}

function toned({ text, tone }: EventLine, paint: Paint): string {
  return tone === 'plain' ? text : paint[tone](text);
}
