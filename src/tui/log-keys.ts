import { moveBy, next } from './keys.ts';
import type { Key } from './terminal-port.ts';
import { LOG_SOURCES, type LogUi, type UiContext, type UiState } from './ui-state.ts';

const SIDEWAYS_CELLS = 20;

/** What a key does while a log is open. */
export function logKey(ui: UiState, log: LogUi, key: Key, context: UiContext): UiState {
  const { logLines: lines, page } = context;
  const moved = moveBy(key, page);
  if (moved !== null) return { ...ui, log: scrolled(log, moved, { lines: lines.length, page }) };
  switch (key.name) {
    case 'escape':
      return { ...ui, log: null };
    case 'tab':
      return { ...ui, log: ofSource(log, next(LOG_SOURCES, log.source, 1)) };
    case 'left':
      return { ...ui, log: { ...log, left: Math.max(0, log.left - SIDEWAYS_CELLS) } };
    case 'right':
      return { ...ui, log: { ...log, left: log.left + SIDEWAYS_CELLS } };
  }
  switch (key.text) {
    case 'q':
      return { ...ui, log: null };
    case '/':
      return { ...ui, typing: { into: 'search', text: '', before: log.search } };
    case 'n':
      return { ...ui, log: found(log, 1, context) };
    case 'N':
      return { ...ui, log: found(log, -1, context) };
    case 'f':
      return { ...ui, log: { ...log, follow: !log.follow, top: Math.max(0, lines.length - page) } };
    default: {
      const source = LOG_SOURCES.find((s) => s[0] === key.text);
      return source ? { ...ui, log: ofSource(log, source) } : ui;
    }
  }
}

/** The first visible line: at the end while the log is followed. */
export function topOf({ follow, top }: LogUi, lines: number, page: number): number {
  const last = Math.max(0, lines - page);
  return follow ? last : Math.min(top, last);
}

function ofSource(log: LogUi, source: LogUi['source']): LogUi {
  return source === log.source ? log : { ...log, source, follow: true, top: 0, left: 0, at: null };
}

/** Going up lets go of the end; coming to the end takes hold of it again. */
function scrolled(log: LogUi, by: number, { lines, page }: { lines: number; page: number }): LogUi {
  const last = Math.max(0, lines - page);
  const top = Math.max(0, Math.min(last, topOf(log, lines, page) + by));
  return { ...log, top, follow: top === last && by > 0 };
}

/** The next line with the text, round the ends; the search begins at what is on the screen. */
function found(log: LogUi, by: 1 | -1, { logLines: lines, page }: UiContext): LogUi {
  const wanted = log.search.toLowerCase();
  if (wanted === '' || lines.length === 0) return log;
  const top = topOf(log, lines.length, page);
  const from = log.at ?? (by === 1 ? top - 1 : top + page);
  for (let i = 1; i <= lines.length; i += 1) {
    const at = (((from + by * i) % lines.length) + lines.length) % lines.length;
    if (!lines[at]!.toLowerCase().includes(wanted)) continue;
    return { ...log, at, follow: false, top: Math.max(0, at - Math.floor(page / 2)) };
  }
  return { ...log, at: null };
}
