import type { ServiceRow } from '../../../report/facts/service-row.ts';
import { memo } from '../../parts/memo.tsx';
import type { ServiceUsage } from '../../state/usage-history.ts';
import { COLUMNS } from './columns.tsx';

interface LineProps {
  readonly row: ServiceRow;
  readonly usage: ServiceUsage | undefined;
  /** From 0, of the rows that are listed. */
  readonly index: number;
  readonly topPx: number;
  /** The one row that the tab key leads to. */
  readonly reached: boolean;
  readonly href: string;
}

/** One service of the list: drawn again only when something in it has changed. */
export const ServiceLine = memo(function ServiceLine({ row, usage, index, topPx, reached, href }: LineProps) {
  return (
    <div
      class="line"
      role="row"
      aria-rowindex={index + 2}
      tabIndex={reached ? 0 : -1}
      data-service={row.service}
      data-status={row.status}
      data-row={index}
      data-href={href}
      style={`transform: translateY(${topPx}px)`}
    >
      {COLUMNS.map(({ key, name, figures, cell }) => (
        <div key={key} class={`cell ${name} ${figures ? 'figures' : ''}`} role="gridcell">
          {cell(row, usage)}
        </div>
      ))}
    </div>
  );
});
