import type { LaneRow } from '../../report/facts/lanes.ts';
import { humanDuration } from '../../util/human.ts';
import { printable } from '../../util/printable.ts';
import type { MonitorFacts, ShownLane } from '../facts.ts';
import { cellsOf, column, type Line, span } from '../line.ts';
import type { Look } from '../look.ts';
import { underWay } from '../run-facts.ts';
import { bar, page, type Room, ruleLine } from './pane.ts';

const BAR_CELLS = 8;
const NAME_CELLS = { min: 10, max: 30 };
const KIND_CELLS = { short: 9, long: 12 };
/** Below it there is no bar, and words are short. */
const SHORT_COLUMNS = 56;
/** Lane and time before and after the name, and what a state takes at least. */
const OTHER_CELLS = 51;
const SHORT_KINDS = {
  backup: 'back',
  build: 'build',
  test: 'test',
  replace: 'repl',
  verify: 'verify',
  rollback: 'undo',
  waiting: 'wait',
} as const;

interface Shown {
  readonly lane: ShownLane;
  readonly row: LaneRow;
  readonly isFirst: boolean;
}

/** What each lane does now: one line a service while there is room, at least one a lane; the number says how many there are. */
export function lanesPane({ lanes }: MonitorFacts, { scroll }: { scroll: number }, room: Room): readonly Line[] {
  const busy = lanes.filter((lane) => lane.rows.length > 0);
  const count = underWay(busy);
  const rule = ruleLine('Lanes', room, count === 0 ? [] : [span(`${count} under way`, 'dim')]);
  if (busy.length === 0) return [rule, [span('nothing is under way', 'dim')]];
  const all = scroll > 0 ? Number.MAX_SAFE_INTEGER : room.rows - 1;
  const shown = page(share(busy, all), { scroll, rows: room.rows - 1 });
  const longest = shown.reduce((max, { row }) => Math.max(max, cellsOf(row.service)), 0);
  const spare = room.columns < SHORT_COLUMNS ? Math.floor(room.columns * 0.33) : room.columns - OTHER_CELLS;
  const nameCells = Math.max(NAME_CELLS.min, Math.min(longest, NAME_CELLS.max, spare));
  return [rule, ...shown.map((one) => laneLine(one, nameCells, room))];
}

/** Each lane's first, then each one's second, …: until the rows are used up. */
function share(lanes: readonly ShownLane[], rows: number): readonly Shown[] {
  const given = lanes.map(() => 0);
  for (let left = rows; left > 0; ) {
    const before = left;
    for (const [i, lane] of lanes.entries()) {
      if (left === 0 || given[i]! >= lane.rows.length) continue;
      given[i]! += 1;
      left -= 1;
    }
    if (left === before) break;
  }
  return lanes.flatMap((lane, i) => lane.rows.slice(0, given[i]).map((row, n) => ({ lane, row, isFirst: n === 0 })));
}

function laneLine({ lane, row, isFirst }: Shown, nameCells: number, { columns, look }: Room): Line {
  const isShort = columns < SHORT_COLUMNS;
  const kindCells = isShort ? KIND_CELLS.short : KIND_CELLS.long;
  const label = isShort ? SHORT_KINDS[lane.kind] : lane.kind;
  const kind = columns < 30 ? [] : [span(column(isFirst ? `${label} ${lane.rows.length}` : '', kindCells, { look }), 'title')];
  const name = span(column(printable(row.service), nameCells, { look }));
  const time = span(column(humanDuration(row.sinceMs), isShort ? 6 : 7, { look, align: 'right' }), 'dim');
  return [...kind, name, time, span(isShort ? ' ' : '  '), ...stateSpans(row, { look, isShort })];
}

/** BuildKit's step x of y and what of it came from the cache; the tests' last line; the last look at the health. */
function stateSpans(row: LaneRow, { look, isShort }: { look: Look; isShort: boolean }): Line {
  const progress: Line = row.share === null || isShort ? [] : [...bar(row.share, BAR_CELLS, { look, tone: 'run' }), span(' ')];
  const again: Line = row.attempt > 1 ? [span(`try ${row.attempt} `, 'warn')] : [];
  if (row.doing === 'retrying') return [span('retrying ', 'warn'), span(printable(row.detail), 'dim')];
  if (row.build && row.build.of > 0) {
    const { step, of, cached, name } = row.build;
    const steps = span(isShort ? `${step}/${of}` : `step ${step} of ${of}`, 'run');
    const hits = cached === 0 ? '' : isShort ? ` ${cached} cached` : `, ${cached} cached`;
    return [...again, ...progress, steps, span(hits), span(`  ${printable(name)}`, 'dim')];
  }
  if (row.testLine !== null && row.share !== null && isShort)
    return [...again, span(`${Math.round(row.share * 100)}% of tests`, 'run')];
  if (row.testLine !== null) return [...again, ...progress, span(printable(row.testLine), 'plain')];
  if (row.sample) {
    const { good, text } = row.sample;
    const sign = good ? span(`${look.glyph.good} `, 'good') : span(`${look.glyph.bad} `, 'bad');
    return [...again, sign, span(printable(text)), span(row.doing === 'soaking' ? '  soaking' : '', 'dim')];
  }
  return [
    ...again,
    span(row.doing, row.doing === 'waiting' ? 'dim' : 'run'),
    span(row.detail === '' ? '' : `  ${printable(row.detail)}`, 'dim'),
  ];
}
