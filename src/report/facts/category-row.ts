import type { Counts } from '../../journal/projection.ts';
import { isTrouble, type ServiceRow } from './service-row.ts';

/** One category of a run. `done`, `failed`, `running` and `waiting` sum up to its services. */
export interface CategoryRow {
  readonly name: string;
  /** Empty when the plan does not say. */
  readonly risk: string;
  readonly counts: Counts;
  /** Ended as meant. */
  readonly done: number;
  /** Failed, taken back, or skipped. */
  readonly failed: number;
  /** Running or soaking. */
  readonly running: number;
  /** Not begun, between two steps, or left to a resume. */
  readonly waiting: number;
}

/** The categories of these services, in the order in which they first come. */
export function categoryRows(rows: readonly ServiceRow[]): readonly CategoryRow[] {
  const groups = new Map<string, ServiceRow[]>();
  for (const row of rows) {
    const group = groups.get(row.category);
    if (group) group.push(row);
    else groups.set(row.category, [row]);
  }
  return [...groups].map(([name, members]) => categoryRow(name, members));
}

/** How many of these services stand where. */
export function countRows(rows: readonly ServiceRow[]): Counts {
  const counts = { total: 0, waiting: 0, running: 0, soaking: 0, pending: 0, completed: 0, failed: 0, skipped: 0, rolledBack: 0 };
  for (const { status } of rows) {
    counts.total += 1;
    counts[status === 'rolled-back' ? 'rolledBack' : status] += 1;
  }
  return counts;
}

function categoryRow(name: string, rows: readonly ServiceRow[]): CategoryRow {
  const counts = countRows(rows);
  const failed = rows.filter(isTrouble).length;
  const running = counts.running + counts.soaking;
  const waiting = counts.waiting + counts.pending;
  // The plan of a resume knows nothing of what was done before it.
  const risk = rows.find((row) => row.risk !== '')?.risk ?? '';
  return { name, risk, counts, done: counts.total - failed - running - waiting, failed, running, waiting };
}
