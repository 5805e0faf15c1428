import type { ComponentChild } from 'preact';
import type { ServiceRow } from '../../../report/facts/service-row.ts';
import { counted, humanBytes, humanDuration } from '../../../util/human.ts';
import { printable } from '../../../util/printable.ts';
import { Icon } from '../../parts/icon.tsx';
import { StatusMark } from '../../parts/status-mark.tsx';
import type { SortKey } from '../../state/table.ts';
import type { ServiceUsage } from '../../state/usage-history.ts';

/** A column of the services; its class says how wide it is, and from which width of the page on it is there. */
export interface Column {
  readonly key: SortKey;
  readonly head: string;
  readonly name: string;
  readonly figures?: true;
  readonly cell: (row: ServiceRow, usage: ServiceUsage | undefined) => ComponentChild;
}

export const COLUMNS: readonly Column[] = [
  { key: 'status', head: 'Status', name: 'c-status', cell: ({ status }) => <StatusMark status={status} /> },
  { key: 'service', head: 'Service', name: 'c-service', cell: serviceCell },
  { key: 'category', head: 'Category', name: 'c-category', cell: categoryCell },
  { key: 'doing', head: 'Now', name: 'c-doing', cell: doingCell },
  { key: 'took', head: 'Took', name: 'c-took', figures: true, cell: ({ durationMs }) => durationOf(durationMs) },
  { key: 'estimate', head: 'Usual', name: 'c-estimate', figures: true, cell: ({ estimateMs }) => durationOf(estimateMs) },
  { key: 'cpu', head: 'CPU', name: 'c-cpu', figures: true, cell: (_, usage) => percentOf(usage) },
  { key: 'memory', head: 'Memory', name: 'c-memory', figures: true, cell: (_, usage) => memoryOf(usage) },
  { key: 'restarts', head: 'Restarts', name: 'c-restarts', figures: true, cell: (_, usage) => restartsOf(usage) },
];

function serviceCell({ service, critical }: ServiceRow) {
  return (
    <>
      <span class="name">{service}</span>
      {critical && (
        <span class="critical" title="critical: it is put back when it fails">
          <Icon name="star" />
          <span class="unseen">critical</span>
        </span>
      )}
    </>
  );
}

function categoryCell({ category, risk }: ServiceRow) {
  return (
    <>
      <span class="clip">{category}</span>
      {risk !== '' && <span class={`risk risk-${risk}`}>{risk}</span>}
    </>
  );
}

/** What is being done and since when; of a service that has ended what came of it, of one that has not begun why it is there. */
function doingCell(row: ServiceRow) {
  const { doing, detail, sinceMs, failure, attempt, status, totalSteps, step } = row;
  if (failure !== null) return <span class="clip bad-text">{printable(failure)}</span>;
  if (sinceMs === null) return <span class="clip dim">{printable(status === 'completed' ? resultText(row) : row.cause)}</span>;
  const share = step === 'build' && totalSteps > 0 ? /^step (\d+) of/.exec(detail)?.[1] : undefined;
  return (
    <>
      <span class={`doing ${status === 'waiting' ? 'dim' : ''}`}>
        {doing}
        {attempt > 1 && ` (try ${attempt})`}
      </span>
      <span class="since">{humanDuration(sinceMs)}</span>
      {share !== undefined && <progress class="mini" max={totalSteps} value={Number(share)} aria-label="build steps" />}
      <span class="clip dim">{printable(detail)}</span>
    </>
  );
}

function resultText({ tested, tests, totalSteps, cachedSteps, downtimeMs }: ServiceRow): string {
  const said = [
    totalSteps > 0 && `${cachedSteps} of ${totalSteps} cached`,
    tests !== null ? counted(tests, 'test') : tested !== 'passed' && tested?.replace('-', ' '),
    downtimeMs !== null && `down ${humanDuration(downtimeMs)}`,
  ];
  return said.filter(Boolean).join(', ');
}

function durationOf(ms: number | null): string {
  return ms === null ? '' : humanDuration(ms);
}

function percentOf(usage: ServiceUsage | undefined): string {
  return usage?.cpuPercent == null
    ? ''
    : `${usage.cpuPercent < 9.95 ? usage.cpuPercent.toFixed(1) : Math.round(usage.cpuPercent)}%`;
}

function memoryOf(usage: ServiceUsage | undefined): string {
  return usage === undefined || usage.memoryBytes === 0 ? '' : humanBytes(usage.memoryBytes);
}

function restartsOf(usage: ServiceUsage | undefined): ComponentChild {
  return usage === undefined || usage.restarts === 0 ? '' : <span class="warn-text">{usage.restarts}</span>;
}
