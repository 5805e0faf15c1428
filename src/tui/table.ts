import type { ServiceKey } from '../model/ids.ts';
import type { CategoryRow } from '../report/facts/category-row.ts';
import { isActive, isTrouble, type ServiceRow } from '../report/facts/service-row.ts';
import { assertNever } from '../util/assert.ts';
import type { Only, Sort, UiState } from './ui-state.ts';
import type { ServiceUsage } from './usage.ts';

/** A row of the table of services, known by its id while rows come and go. */
export type TableRow =
  | { readonly kind: 'category'; readonly id: string; readonly category: CategoryRow; readonly isClosed: boolean }
  | { readonly kind: 'service'; readonly id: string; readonly service: ServiceRow };

/** What the table is made of. */
export interface TableFacts {
  readonly rows: readonly ServiceRow[];
  readonly categories: readonly CategoryRow[];
  readonly usage: ReadonlyMap<ServiceKey, ServiceUsage>;
}

type Choice = Pick<UiState, 'filter' | 'only' | 'sort' | 'grouped' | 'collapsed'>;

/** The rows that the operator has asked for: filtered, sorted within their categories, without what is in closed ones. */
export function tableRows(facts: TableFacts, choice: Choice): readonly TableRow[] {
  const wanted = sorted(
    facts.rows.filter((row) => isWanted(row, choice)),
    choice.sort,
    facts.usage,
  );
  if (!choice.grouped || facts.categories.length < 2) return wanted.map(serviceRow);
  const groups = new Map<string, ServiceRow[]>(facts.categories.map(({ name }) => [name, []]));
  for (const row of wanted) groups.get(row.category)?.push(row);
  return facts.categories.flatMap((category) => {
    const members = groups.get(category.name) ?? [];
    if (members.length === 0) return [];
    const isClosed = choice.collapsed.has(category.name);
    const head = { kind: 'category', id: `c:${category.name}`, category, isClosed } as const;
    return isClosed ? [head] : [head, ...members.map(serviceRow)];
  });
}

function serviceRow(service: ServiceRow): TableRow {
  return { kind: 'service', id: `s:${service.service}`, service };
}

function isWanted(row: ServiceRow, { filter, only }: Pick<Choice, 'filter' | 'only'>): boolean {
  if (!isOf(row, only)) return false;
  if (filter === '') return true;
  const text = `${row.service} ${row.category} ${row.status} ${row.doing} ${row.risk}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(' ')
    .every((word) => text.includes(word));
}

function isOf(row: ServiceRow, only: Only): boolean {
  switch (only) {
    case 'all':
      return true;
    case 'under way':
      return isActive(row);
    case 'trouble':
      return isTrouble(row);
    case 'waiting':
      return (row.status === 'waiting' || row.status === 'pending') && !isActive(row);
    default:
      return assertNever(only);
  }
}

/** Trouble first, then what moves, then what is to come, then what is done. */
function statusRank(row: ServiceRow): number {
  if (isTrouble(row)) return 0;
  if (isActive(row)) return row.status === 'waiting' ? 2 : 1;
  return row.status === 'waiting' || row.status === 'pending' ? 3 : 4;
}

function sorted(rows: readonly ServiceRow[], sort: Sort, usage: TableFacts['usage']): readonly ServiceRow[] {
  const largest = (value: (row: ServiceRow) => number | null | undefined) => byNumber(rows, (row) => -(value(row) ?? -1));
  switch (sort) {
    case 'plan':
      return rows;
    case 'status':
      return byNumber(rows, statusRank);
    case 'name':
      return rows.toSorted((a, b) => (a.service < b.service ? -1 : 1));
    case 'time':
      return largest((row) => row.durationMs);
    case 'cpu':
      return largest((row) => usage.get(row.service)?.cpuPercent);
    case 'memory':
      return largest((row) => usage.get(row.service)?.memoryBytes);
    case 'restarts':
      return largest((row) => usage.get(row.service)?.restarts);
    default:
      return assertNever(sort);
  }
}

function byNumber(rows: readonly ServiceRow[], value: (row: ServiceRow) => number): readonly ServiceRow[] {
  const keyed = rows.map((row) => ({ row, key: value(row) }));
  return keyed.toSorted((a, b) => a.key - b.key).map(({ row }) => row);
}
