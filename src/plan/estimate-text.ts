import { humanDuration } from '../util/human.ts';
import { wrapWords } from './text-parts.ts';
import type { CategoryEstimate, Plan } from './types.ts';

/** What the table of a plan's estimates shows of one category, and of all: `-` where nothing is known. */
interface EstimateRow {
  readonly category: string;
  readonly services: string;
  readonly typical: string;
  readonly slow: string;
  readonly unseen: string;
}

const HEADER: EstimateRow = {
  category: 'category',
  services: 'services',
  typical: 'typical',
  slow: 'p90',
  unseen: 'never seen',
};

/** The rows of the table, the whole plan last; empty when nothing was ever seen, and of one category, which the headline tells of. */
function estimateRows({ services, estimate }: Pick<Plan, 'services' | 'estimate'>): readonly EstimateRow[] {
  if (!estimate?.categories || estimate.categories.length < 2) return [];
  const all = { ...estimate, category: 'all together', services: services.length };
  return [...estimate.categories, all].map(rowOf);
}

/** The table as lines of text; a terminal that is too narrow for it gets a sentence a row. */
export function estimateLines(plan: Pick<Plan, 'services' | 'estimate'>, columns: number): readonly string[] {
  const rows = estimateRows(plan);
  if (rows.length === 0) return [];
  const table = [HEADER, ...rows];
  const width = Math.max(...table.map((row) => row.category.length));
  if (width + 44 > columns) return rows.flatMap((row) => wrapWords(sentence(row), columns, 2));
  return table.map(({ category, services, typical, slow, unseen }) =>
    [`  ${category.padEnd(width)}`, services.padStart(9), typical.padStart(9), slow.padStart(9), unseen.padStart(12)].join(' '),
  );
}

function rowOf({ category, services, typicalMs, slowMs, unseen }: CategoryEstimate): EstimateRow {
  const time = (ms: number | null) => (ms === null ? '-' : humanDuration(ms));
  return {
    category,
    services: `${services}`,
    typical: time(typicalMs),
    slow: time(slowMs),
    unseen: `${unseen}`,
  };
}

function sentence({ category, services, typical, slow, unseen }: EstimateRow): string {
  return `${category}: ${services}, typical ${typical}, p90 ${slow}, never seen ${unseen}`;
}
