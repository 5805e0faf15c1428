import type { Counts } from '../../../journal/projection.ts';
import type { RowStatus } from '../../../report/facts/service-row.ts';
import { useHref } from '../../parts/context.ts';
import { Icon } from '../../parts/icon.tsx';
import { STATUS_LOOKS } from '../../parts/status.ts';
import { type TableWish, toggled } from '../../state/table.ts';

interface StatusBarProps {
  readonly counts: Counts;
  readonly wish: TableWish;
  readonly onWish: (wish: TableWish) => void;
}

/** In the order in which services go through them, so that the bar grows from the left. */
const PARTS: readonly { readonly status: RowStatus; readonly count: (counts: Counts) => number }[] = [
  { status: 'completed', count: ({ completed }) => completed },
  { status: 'rolled-back', count: ({ rolledBack }) => rolledBack },
  { status: 'failed', count: ({ failed }) => failed },
  { status: 'skipped', count: ({ skipped }) => skipped },
  { status: 'soaking', count: ({ soaking }) => soaking },
  { status: 'running', count: ({ running }) => running },
  { status: 'pending', count: ({ pending }) => pending },
  { status: 'waiting', count: ({ waiting }) => waiting },
];

/** The run as a bar, and how many services stand where; each count lists its services only. */
export function StatusBar({ counts, wish, onWish }: StatusBarProps) {
  const href = useHref();
  const ended = counts.completed + counts.rolledBack + counts.failed + counts.skipped;
  const parts = PARTS.map((part) => ({ ...part, number: part.count(counts) })).filter(({ number }) => number > 0);
  const filter = (status: RowStatus) => {
    location.hash = href({ kind: 'services' });
    onWish(toggled(wish, status));
  };
  return (
    <>
      <div
        class="progress"
        role="progressbar"
        aria-label="Services that have ended"
        aria-valuemin={0}
        aria-valuemax={counts.total}
        aria-valuenow={ended}
      >
        {parts.map(({ status, number }) => (
          <i key={status} class={`part part-${status}`} style={`flex-grow: ${number}`} />
        ))}
      </div>
      <ul class="counts" aria-label="Services by status">
        {parts.map(({ status, number }) => (
          <li key={status}>
            <button
              type="button"
              class={`chip tone-${STATUS_LOOKS[status].tone}`}
              aria-pressed={wish.statuses.includes(status)}
              onClick={() => filter(status)}
            >
              <Icon name={STATUS_LOOKS[status].icon} />
              <b>{number}</b> {STATUS_LOOKS[status].word}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
