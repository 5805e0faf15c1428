import type { CategoryRow } from '../../../report/facts/category-row.ts';
import type { TableWish } from '../../state/table.ts';
import { Panel } from './panel.tsx';

interface CategoriesProps {
  readonly categories: readonly CategoryRow[];
  readonly wish: TableWish;
  readonly onWish: (wish: TableWish) => void;
}

/** How far each category is; a category's button lists its services only. */
export function CategoriesPanel({ categories, wish, onWish }: CategoriesProps) {
  if (categories.length === 0) return null;
  return (
    <Panel title="Categories">
      <table class="categories">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Risk</th>
            <th scope="col">Done</th>
            <th scope="col">Bad</th>
            <th scope="col">Runs</th>
            <th scope="col">Waits</th>
          </tr>
        </thead>
        <tbody>
          {categories.map((category) => (
            <CategoryLine key={category.name} category={category} wish={wish} onWish={onWish} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function CategoryLine({ category, wish, onWish }: { category: CategoryRow } & Omit<CategoriesProps, 'categories'>) {
  const { name, risk, done, failed, running, waiting } = category;
  const only = wish.category === name;
  return (
    <tr class={only ? 'chosen' : ''}>
      <th scope="row">
        <button
          type="button"
          class="plain clip"
          aria-pressed={only}
          title={only ? 'list all categories' : 'list only this category'}
          onClick={() => onWish({ ...wish, category: only ? null : name })}
        >
          {name}
        </button>
      </th>
      <td>{risk !== '' && <span class={`risk risk-${risk}`}>{risk}</span>}</td>
      <Figure count={done} tone="good" />
      <Figure count={failed} tone="bad" />
      <Figure count={running} tone="run" />
      <Figure count={waiting} tone="dim" />
    </tr>
  );
}

function Figure({ count, tone }: { readonly count: number; readonly tone: string }) {
  return <td class={`figures ${count === 0 ? 'nought' : `tone-${tone}`}`}>{count}</td>;
}
