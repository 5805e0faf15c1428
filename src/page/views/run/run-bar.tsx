import { useMemo } from 'preact/hooks';
import { countRows } from '../../../report/facts/category-row.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import type { TableWish } from '../../state/table.ts';
import { RunActions } from '../actions/run-actions.tsx';
import { RunHeadline } from './run-headline.tsx';
import { StatusBar } from './status-bar.tsx';

interface RunBarProps {
  readonly snapshot: Snapshot;
  readonly wish: TableWish;
  readonly onWish: (wish: TableWish) => void;
}

/** Which run this is, how far it is, and what can be asked of it. */
export function RunBar({ snapshot, wish, onWish }: RunBarProps) {
  const { rows, state } = snapshot;
  const counts = useMemo(() => countRows(rows), [rows]);
  if (state === null) return null;
  return (
    <section class="run-bar" aria-label="The run">
      <div class="run-line">
        <RunHeadline snapshot={snapshot} state={state} />
        <RunActions snapshot={snapshot} />
      </div>
      <StatusBar counts={counts} wish={wish} onWish={onWish} />
    </section>
  );
}
