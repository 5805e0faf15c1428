import { useMemo } from 'preact/hooks';
import { categoryRows } from '../../../report/facts/category-row.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { ALL_SERVICES, orderedBy, type SortKey, type TableWish, wantsAll, wishedRows } from '../../state/table.ts';
import { ActivityPanel } from '../run/activity-panel.tsx';
import { CategoriesPanel } from '../run/categories-panel.tsx';
import { HostPanel } from '../run/host-panel.tsx';
import { LanesPanel } from '../run/lanes-panel.tsx';
import { COLUMNS } from './columns.tsx';
import { ServicesGrid } from './services-grid.tsx';

interface ServicesProps {
  readonly snapshot: Snapshot;
  readonly wish: TableWish;
  readonly onWish: (wish: TableWish) => void;
}

/** The first view: all services, and beside them what is going on. */
export function ServicesView({ snapshot, wish, onWish }: ServicesProps) {
  const { rows, uses } = snapshot;
  const listed = useMemo(() => wishedRows(rows, uses, wish), [rows, uses, wish]);
  const categories = useMemo(() => categoryRows(rows), [rows]);
  return (
    <div class="split">
      <div class="centre">
        <section class="panel services" aria-label="Services">
          <div class="tools">
            <input
              id="filter"
              type="search"
              placeholder="Filter services  /"
              aria-label="Filter services"
              autocomplete="off"
              spellcheck={false}
              value={wish.text}
              onInput={(event) => onWish({ ...wish, text: event.currentTarget.value })}
            />
            <select
              aria-label="Category"
              value={wish.category ?? ''}
              onChange={(event) => onWish({ ...wish, category: event.currentTarget.value || null })}
            >
              <option value="">all categories</option>
              {categories.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
            <select
              class="sort-choice"
              aria-label="Order"
              value={wish.sort}
              onChange={(event) => onWish(orderedBy(wish, event.currentTarget.value as SortKey))}
            >
              <option value="plan">in the plan's order</option>
              {COLUMNS.map(({ key, head }) => (
                <option key={key} value={key}>
                  by {head.toLowerCase()}
                </option>
              ))}
            </select>
            <span class="dim shown" role="status">
              {listed.length === rows.length ? `${rows.length} services` : `${listed.length} of ${rows.length} services`}
            </span>
            {!wantsAll(wish) && (
              <button
                type="button"
                class="quiet"
                onClick={() => onWish({ ...ALL_SERVICES, sort: wish.sort, direction: wish.direction })}
              >
                Show all
              </button>
            )}
          </div>
          <ServicesGrid rows={listed} uses={uses} wish={wish} onWish={onWish} />
          {listed.length === 0 && rows.length > 0 && <p class="empty">No service is like that.</p>}
        </section>
        <ActivityPanel activity={snapshot.state?.activity ?? NO_ACTIVITY} />
      </div>
      <aside class="side" aria-label="What is going on" data-scroll>
        <CategoriesPanel categories={categories} wish={wish} onWish={onWish} />
        <HostPanel sample={snapshot.sample} />
        <LanesPanel snapshot={snapshot} />
      </aside>
    </div>
  );
}

const NO_ACTIVITY = [] as const;
