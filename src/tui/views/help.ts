import { KEY_HELP } from '../keys.ts';
import { column, fitLine, type Line, span } from '../line.ts';
import { type Room, ruleLine } from './pane.ts';

const KEYS_CELLS = 26;
const TWO_COLUMNS = 140;

/** All keys; in two columns where the screen is wide enough, without blank lines where it is low. */
export function helpView(room: Room): readonly Line[] {
  const { look, columns } = room;
  const keysCells = Math.min(KEYS_CELLS, columns >> 1);
  const parts = KEY_HELP.map(({ part, keys }): readonly Line[] => [
    [span(part, 'title')],
    ...keys.map(([names, does]): Line => [span(`  ${column(names, keysCells, { look })}`, 'key'), span(does)]),
  ]);
  const rule = ruleLine('Keys', room, [span('any key goes back', 'dim')]);
  const count = parts.reduce((sum, part) => sum + part.length + 1, 0);
  if (count <= room.rows) return [rule, ...parts.flatMap((part, i) => (i === 0 ? part : [[], ...part]))];
  if (columns < TWO_COLUMNS) return [rule, ...parts.flat()].slice(0, room.rows);
  const left = parts.slice(0, 2).flat();
  const right = parts.slice(2).flat();
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, i): Line => {
    return [...fitLine(left[i] ?? [], columns >> 1, look), ...(right[i] ?? [])];
  });
  return [rule, ...rows].slice(0, room.rows);
}
