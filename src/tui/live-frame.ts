import type { MonitorFacts } from './facts.ts';
import { fitLine, type Line, paintLine } from './line.ts';
import type { Look } from './look.ts';
import type { Size } from './terminal-port.ts';
import { CATEGORY_HEAD_ROWS, categoriesPane } from './views/categories.ts';
import { headLines } from './views/head.ts';
import { lanesPane } from './views/lanes.ts';

const HEAD_ROWS = 3;
/** Rows kept for what is under way before categories are left out. */
const LANE_ROWS = 9;
/** On a lower screen no line is spent on keeping the frame apart from what scrolls above it. */
const LOW_ROWS = 12;

/**
 * The live part of the screen while this process executes a run: the monitor's own views, never more than `rows - 1` lines of `columns` cells,
 * so that it can be redrawn in place.
 */
export function renderLive(facts: MonitorFacts, size: Size, look: Look): readonly string[] {
  const room = Math.max(1, size.rows - 1);
  const gap: readonly Line[] = room > LOW_ROWS ? [[]] : [];
  const part = (rows: number) => ({ columns: size.columns, rows, look });
  const head = headLines(facts, part(Math.min(HEAD_ROWS, room)));
  const left = room - gap.length - head.length;
  const lanes = facts.lanes.reduce((sum, lane) => sum + lane.rows.length, 0);
  const wanted = Math.max(3, Math.min(lanes + 1, LANE_ROWS));
  const ofCategories = facts.categories.length + CATEGORY_HEAD_ROWS;
  // All of them or none: a part would look like the whole. One category says nothing that the bar does not.
  const isWhole = facts.categories.length > 1 && ofCategories + wanted <= left;
  const categories = isWhole ? categoriesPane(facts, { scroll: 0 }, part(ofCategories)) : [];
  const rest = Math.min(left - categories.length, lanes + 1);
  const under = lanes === 0 || rest < 2 ? [] : lanesPane(facts, { scroll: 0 }, part(rest));
  return [...gap, ...head, ...categories, ...under]
    .slice(0, room)
    .map((line) => paintLine(fitLine(line, size.columns, look), look));
}
