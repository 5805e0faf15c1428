import { useEffect, useState } from 'preact/hooks';
import type { RunHistoryRow } from '../../report/facts/run-history.ts';
import { countsText } from '../../report/run-view.ts';
import { counted, humanDuration } from '../../util/human.ts';
import { epochMsOf } from '../../util/instant.ts';
import { printable } from '../../util/printable.ts';
import { usePage } from '../parts/context.ts';
import { RUN_LOOKS } from '../parts/status.ts';
import { LookMark } from '../parts/status-mark.tsx';
import { dayTime } from '../parts/times.ts';
import { hashOf } from '../state/route.ts';
import type { Snapshot } from '../state/snapshot.ts';

/** The runs of the phase, the newest first; each leads to what this page shows of it. */
export function HistoryView({ snapshot: { run, live } }: { readonly snapshot: Snapshot }) {
  const { dashboard } = usePage();
  const [rows, setRows] = useState<readonly RunHistoryRow[] | string | null>(null);
  // Asked again when another run is there or the present one has ended.
  useEffect(() => {
    let wanted = true;
    void dashboard.api.runs().then((answer) => {
      if (wanted) setRows(answer.ok ? answer.value : answer.error.message);
    });
    return () => {
      wanted = false;
    };
  }, [dashboard, run, live]);
  if (rows === null) return <p class="empty">Asking the server …</p>;
  if (typeof rows === 'string') return <p class="empty bad-text">{rows}</p>;
  if (rows.length === 0) return <p class="empty">No run yet.</p>;
  const longestMs = Math.max(1, ...rows.map(({ durationMs }) => durationMs ?? 0));
  return (
    <div class="page-scroll" data-scroll>
      <table class="history panel">
        <caption class="unseen">Runs</caption>
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Outcome</th>
            <th scope="col">Began</th>
            <th scope="col">Took</th>
            <th scope="col">Services</th>
            <th scope="col">Cache hits</th>
            <th scope="col">Downtime</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <RunLine key={row.run} row={row} longestMs={longestMs} shown={row.run === run} newest={i === 0} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface LineProps {
  readonly row: RunHistoryRow;
  readonly longestMs: number;
  readonly shown: boolean;
  readonly newest: boolean;
}

function RunLine({ row, longestMs, shown, newest }: LineProps) {
  const { run, command, outcome, why, startedAt, durationMs, counts, unfinished, cacheHitRate, downtimeMs, resumed } = row;
  const services = `${countsText(counts, command)}${unfinished > 0 ? `, ${unfinished} unfinished` : ''}`;
  return (
    <tr class={shown ? 'chosen' : ''} data-run={run}>
      <th scope="row">
        <a class="run-id" href={hashOf({ view: { kind: 'services' }, run: newest ? null : run })}>
          {run}
        </a>
        <span class="dim"> {command}</span>
        {resumed > 0 && <span class="dim">, resumed</span>}
      </th>
      <td title={printable(why)}>
        <LookMark look={RUN_LOOKS[outcome]} />
      </td>
      <td class="figures dim">{startedAt === null ? '' : dayTime(epochMsOf(startedAt))}</td>
      <td data-label="took">
        {durationMs !== null && <Bar share={durationMs / longestMs} text={humanDuration(durationMs)} name="duration" />}
      </td>
      <td title={`${counted(counts.total, 'service')} in all`}>{services}</td>
      <td data-label="cache hits">
        {cacheHitRate === null ? (
          <span class="dim">nothing built</span>
        ) : (
          <Bar share={cacheHitRate} text={`${Math.round(cacheHitRate * 100)}%`} name="cache hits" />
        )}
      </td>
      <td class="figures" data-label="downtime">
        {downtimeMs === 0 ? <span class="dim">none</span> : humanDuration(downtimeMs)}
      </td>
    </tr>
  );
}

function Bar({ share, text, name }: { readonly share: number; readonly text: string; readonly name: string }) {
  return (
    <span class="barred">
      <span class="figures">{text}</span>
      <progress class="mini" max={1} value={share} aria-label={`${name}: ${text}`} />
    </span>
  );
}
