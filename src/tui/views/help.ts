import { KEY_HELP } from '../keys.ts';
import { column, type Line, span } from '../line.ts';
import { type Room, ruleLine } from './pane.ts';

const KEYS_CELLS = 26;

/** All keys; in two columns where the screen is wide enough. */
export function helpView(room: Room): readonly Line[] {
  const { look, columns } = room;
  const parts = KEY_HELP.map(({ part, keys }) => [
    [span(part, 'title')],
    ...keys.map(
      ([names, does]): Line => [span(`  ${column(names, Math.min(KEYS_CELLS, columns >> 1), { look })}`, 'key'), span(does)],
    ),
    [],
  ]);
  const long = parts.flat();
  if (columns < 140 || long.length + 2 <= room.rows) return [ruleLine('Keys', room), ...long, foot].slice(0, room.rows);
  const half = Math.floor(columns / 2);
  const left = parts.slice(0, 2).flat();
  const right = parts.slice(2).flat();
  const rows = Math.max(left.length, right.length);
  const both = Array.from({ length: rows }, (_, i): Line => {
    const cells = (left[i] ?? []).reduce((sum, { text }) => sum + text.length, 0);
    return [...(left[i] ?? []), span(' '.repeat(Math.max(1, half - cells))), ...(right[i] ?? [])];
  });
  return [ruleLine('Keys', room), ...both, foot].slice(0, room.rows);
}

const foot: Line = [span('any key goes back', 'dim')];
