import type { TargetedKeyboardEvent, TargetedMouseEvent } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ServiceRow } from '../../../report/facts/service-row.ts';
import { usePage } from '../../parts/context.ts';
import { Icon } from '../../parts/icon.tsx';
import { bringIntoSight, rowsOfPage, useRowWindow } from '../../parts/row-window.ts';
import { useMedia } from '../../parts/use-media.ts';
import { rowForKey } from '../../parts/virtual-window.ts';
import { hashOf } from '../../state/route.ts';
import { sortedBy, type TableWish } from '../../state/table.ts';
import type { ServiceUsage } from '../../state/usage-history.ts';
import { COLUMNS } from './columns.tsx';
import { ServiceLine } from './service-line.tsx';

interface GridProps {
  readonly rows: readonly ServiceRow[];
  readonly uses: ReadonlyMap<string, ServiceUsage>;
  readonly wish: TableWish;
  readonly onWish: (wish: TableWish) => void;
}

/** In pixels, as the style sheet has it: on a phone a service takes two lines. */
const ROW = { wide: 30, narrow: 52 };

/** The services as a grid of which only the rows in sight exist. Arrow keys move, Enter opens. */
export function ServicesGrid({ rows, uses, wish, onWish }: GridProps) {
  const { selected } = usePage();
  const rowHeight = useMedia('(max-width: 640px)') ? ROW.narrow : ROW.wide;
  const body = useRef<HTMLDivElement>(null);
  const { from, to } = useRowWindow(body, rows.length, rowHeight);
  const [reached, setReached] = useState<string | null>(null);
  const wanted = useRef<number | null>(null);
  const reachedRow = rows.findIndex((row) => row.service === reached);
  // The tab key has to find a row: the first one in sight when the one it was at is not drawn.
  const tabRow = reachedRow >= from && reachedRow < to ? reachedRow : from;

  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const line = body.current?.querySelector<HTMLElement>(`[data-row="${wanted.current}"]`);
    if (!line) return;
    wanted.current = null;
    line.focus({ preventScroll: true });
  });

  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>) => {
    const line = (event.target as HTMLElement).closest<HTMLElement>('[data-row]');
    if (line === null || body.current === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter') {
      location.hash = line.dataset.href!;
      return;
    }
    const page = rowsOfPage(body.current, rowHeight);
    const next = rowForKey(event.key, Number(line.dataset.row), { count: rows.length, page });
    if (next === null) return;
    event.preventDefault();
    wanted.current = next;
    setReached(rows[next]!.service);
    bringIntoSight(body.current, next, rowHeight);
  };

  return (
    <div class="grid" role="grid" aria-label="Services" aria-rowcount={rows.length + 1} data-scroll>
      <HeadLine wish={wish} onWish={onWish} />
      <div
        class="lines"
        role="rowgroup"
        ref={body}
        style={`height: ${rows.length * rowHeight}px`}
        onKeyDown={onKeyDown}
        onClick={openClicked}
        onFocusIn={(event) =>
          setReached((event.target as HTMLElement).closest<HTMLElement>('[data-row]')?.dataset.service ?? null)
        }
      >
        {rows.slice(from, to).map((row, i) => (
          <ServiceLine
            key={row.service}
            row={row}
            usage={uses.get(row.service)}
            index={from + i}
            topPx={(from + i) * rowHeight}
            reached={from + i === tabRow}
            href={hashOf({ view: { kind: 'service', service: row.service }, run: selected })}
          />
        ))}
      </div>
    </div>
  );
}

function HeadLine({ wish, onWish }: Pick<GridProps, 'wish' | 'onWish'>) {
  return (
    <div class="head line-head" role="rowgroup" data-sticky>
      <div class="line" role="row" aria-rowindex={1}>
        {COLUMNS.map(({ key, name, head, figures }) => (
          <div
            key={key}
            class={`cell ${name} ${figures ? 'figures' : ''}`}
            role="columnheader"
            aria-sort={wish.sort !== key ? 'none' : wish.direction === 'up' ? 'ascending' : 'descending'}
          >
            <button type="button" class="sort" onClick={() => onWish(sortedBy(wish, key))}>
              {head}
              {wish.sort === key && <Icon name={wish.direction === 'up' ? 'up' : 'down'} />}
            </button>
          </div>
        ))}
      </div>
    </div>
  );
}

/** A click opens the service, unless text was marked to be copied. */
function openClicked(event: TargetedMouseEvent<HTMLElement>): void {
  const line = (event.target as HTMLElement).closest<HTMLElement>('[data-row]');
  if (line && getSelection()?.isCollapsed !== false) location.hash = line.dataset.href!;
}
