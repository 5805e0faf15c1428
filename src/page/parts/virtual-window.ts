/** Which rows of a long list are in sight. */
export interface RowWindow {
  /** First row to draw, and the one after the last. */
  readonly from: number;
  readonly to: number;
}

/** Rows that are drawn beyond each edge, so that a scroll of a few rows shows no hole. */
const BEYOND = 6;

/** The rows that are in sight, and a few beyond; all lengths in pixels, `hiddenAbove` = how far the list's top is above the edge. */
export function rowsInSight(list: {
  readonly count: number;
  readonly rowHeight: number;
  readonly hiddenAbove: number;
  readonly viewHeight: number;
}): RowWindow {
  const { count, rowHeight, hiddenAbove, viewHeight } = list;
  if (count === 0 || rowHeight <= 0) return { from: 0, to: 0 };
  const first = Math.floor(hiddenAbove / rowHeight) - BEYOND;
  const last = Math.ceil((hiddenAbove + viewHeight) / rowHeight) + BEYOND;
  const from = Math.min(Math.max(0, first), count);
  return { from, to: Math.max(from, Math.min(count, last)) };
}

/** The row that a key leads to, from the present one; null = the key means nothing here. */
export function rowForKey(key: string, at: number, list: { readonly count: number; readonly page: number }): number | null {
  const last = list.count - 1;
  if (last < 0) return null;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + list.page, PageUp: at - list.page, Home: 0, End: last }[key];
  return to === undefined ? null : Math.min(last, Math.max(0, to));
}
