import { type Lane, type LaneRow, lanesOf } from '../../../report/facts/lanes.ts';
import { humanDuration } from '../../../util/human.ts';
import { printable } from '../../../util/printable.ts';
import { useHref } from '../../parts/context.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { Panel } from './panel.tsx';

/** Rows of a lane before the rest is only counted: of ten builds at once the panel stays readable. */
const AT_MOST = 8;

/** What each kind of step is doing now. */
export function LanesPanel({ snapshot }: { readonly snapshot: Snapshot }) {
  const { state, live, nowMs, detailOf } = snapshot;
  if (state === null || !live) return null;
  const lanes = lanesOf(state, { of: detailOf }, nowMs).filter(({ rows }) => rows.length > 0);
  const busy = lanes.reduce((sum, { rows }) => sum + rows.length, 0);
  return (
    <Panel title="Lanes" note={busy === 0 ? 'idle' : undefined}>
      {lanes.map((lane) => (
        <LaneRows key={lane.kind} lane={lane} />
      ))}
      {busy === 0 && <p class="empty">No step is under way.</p>}
    </Panel>
  );
}

function LaneRows({ lane: { kind, rows } }: { readonly lane: Lane }) {
  return (
    <div class="lane">
      <h3>
        <i class={`kind kind-${kind}`} />
        {kind} <span class="note">{rows.length}</span>
      </h3>
      <ul>
        {rows.slice(0, AT_MOST).map((row) => (
          <LaneLine key={row.service} row={row} />
        ))}
        {rows.length > AT_MOST && <li class="dim">and {rows.length - AT_MOST} more</li>}
      </ul>
    </div>
  );
}

function LaneLine({ row }: { readonly row: LaneRow }) {
  const href = useHref();
  return (
    <li>
      <div class="lane-top">
        <a class="clip" href={href({ kind: 'service', service: row.service })}>
          {row.service}
        </a>
        {row.attempt > 1 && <span class="note">try {row.attempt}</span>}
        <span class="figures dim">{humanDuration(row.sinceMs)}</span>
      </div>
      {row.share !== null && <progress class="mini wide" max={1} value={row.share} aria-label={`${row.service}, done so far`} />}
      <div class="lane-detail clip dim">{printable(detailOf(row))}</div>
    </li>
  );
}

function detailOf({ build, testLine, sample, doing, detail }: LaneRow): string {
  if (build !== null && build.of > 0)
    return `${build.step}/${build.of}${build.cached > 0 ? ` (${build.cached} cached)` : ''}  ${build.name}`;
  if (testLine !== null) return testLine;
  if (sample !== null) return `${sample.good ? 'good' : 'bad'}: ${sample.text}`;
  return detail === '' ? doing : detail;
}
