import type { ServiceKey } from '../../model/ids.ts';
import type { RowStatus, ServiceRow } from '../../report/facts/service-row.ts';
import type { ServiceUsage } from './usage-history.ts';

export type SortKey = 'plan' | 'status' | 'service' | 'category' | 'doing' | 'took' | 'estimate' | 'cpu' | 'memory' | 'restarts';

/** In the order of the legend, and of a list that is sorted by status: what needs a look comes first. */
export const STATUS_ORDER: readonly RowStatus[] = [
  'failed',
  'rolled-back',
  'running',
  'soaking',
  'waiting',
  'pending',
  'skipped',
  'completed',
];

/** What the operator wants to see of the services, and in which order. */
export interface TableWish {
  /** Words that must all occur in the service's name, category, risk or in what is being done. */
  readonly text: string;
  /** Empty = all. */
  readonly statuses: readonly RowStatus[];
  /** Null = all. */
  readonly category: string | null;
  readonly sort: SortKey;
  readonly direction: 'up' | 'down';
}

/** Everything, as the plan has it. */
export const ALL_SERVICES: TableWish = { text: '', statuses: [], category: null, sort: 'plan', direction: 'up' };

/** Whether all services are wished for, in whatever order. */
export function wantsAll({ text, statuses, category }: TableWish): boolean {
  return text.trim() === '' && statuses.length === 0 && category === null;
}

/** The rows that are wished for, in order; those that are alike stay in the plan's order, and what is not known comes last. */
export function wishedRows(
  rows: readonly ServiceRow[],
  uses: ReadonlyMap<ServiceKey, ServiceUsage>,
  wish: TableWish,
): readonly ServiceRow[] {
  const kept = wantsAll(wish) ? rows : rows.filter(keeper(wish));
  if (wish.sort === 'plan') return wish.direction === 'up' ? kept : [...kept].reverse();
  const valueIn = VALUES[wish.sort];
  const keyed = kept.map((row) => ({ row, value: valueIn(row, uses.get(row.service)) }));
  const sign = wish.direction === 'up' ? 1 : -1;
  return keyed.sort((a, b) => compared(a.value, b.value, sign)).map(({ row }) => row);
}

/** The wish after a click on a column's head: sorted by it, then the other way round, then as the plan has it. */
export function sortedBy(wish: TableWish, sort: SortKey): TableWish {
  const first = orderedBy(wish, sort);
  if (wish.sort !== sort) return first;
  const turned = first.direction === 'up' ? 'down' : 'up';
  return wish.direction === turned ? orderedBy(wish, 'plan') : { ...first, direction: turned };
}

/** The wish in another order; figures begin with the largest. */
export function orderedBy(wish: TableWish, sort: SortKey): TableWish {
  return { ...wish, sort, direction: FIGURES.includes(sort) ? 'down' : 'up' };
}

/** The wish with a status added, or taken out when it was in. */
export function toggled(wish: TableWish, status: RowStatus): TableWish {
  const { statuses } = wish;
  return { ...wish, statuses: statuses.includes(status) ? statuses.filter((s) => s !== status) : [...statuses, status] };
}

type Value = string | number | null;

const FIGURES: readonly SortKey[] = ['took', 'estimate', 'cpu', 'memory', 'restarts'];

const VALUES: Readonly<Record<Exclude<SortKey, 'plan'>, (row: ServiceRow, usage: ServiceUsage | undefined) => Value>> = {
  status: ({ status }) => STATUS_ORDER.indexOf(status),
  service: ({ service }) => service,
  category: ({ category }) => category,
  doing: ({ sinceMs, doing }) => (sinceMs === null ? null : doing),
  took: ({ durationMs }) => durationMs,
  estimate: ({ estimateMs }) => estimateMs,
  cpu: (_, usage) => usage?.cpuPercent ?? null,
  memory: (_, usage) => usage?.memoryBytes ?? null,
  restarts: (_, usage) => usage?.restarts ?? null,
};

function compared(a: Value, b: Value, sign: 1 | -1): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === 'number' && typeof b === 'number') return (a - b) * sign;
  return NATURAL.compare(String(a), String(b)) * sign;
}

const NATURAL = new Intl.Collator('en', { numeric: true });

function keeper({ text, statuses, category }: TableWish): (row: ServiceRow) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return (row) => {
    if (statuses.length > 0 && !statuses.includes(row.status)) return false;
    if (category !== null && row.category !== category) return false;
    if (words.length === 0) return true;
    const told = `${row.service} ${row.category} ${row.risk} ${row.doing} ${row.status}`.toLowerCase();
    return words.every((word) => told.includes(word));
  };
}
