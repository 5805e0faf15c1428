import type { RunState } from '../journal/projection.ts';
import { counted, humanDuration } from '../util/human.ts';
import { printable } from '../util/printable.ts';
import { runHistoryRow } from './facts/run-history.ts';
import type { Paint } from './paint.ts';
import { countsText } from './run-view.ts';

/** A run in a list, with how it stands now. */
export interface ListedRun {
  readonly state: RunState;
  readonly outcome: RunState['outcome'];
}

/** A run as scripts get it. */
export function runDocument({ state, outcome }: ListedRun): object {
  const { run, startedAt, finishedAt, exitCode, resumed, why } = state;
  return {
    run,
    command: state.meta?.command ?? null,
    outcome,
    exitCode,
    startedAt,
    finishedAt,
    resumed,
    why,
    counts: runHistoryRow(state, outcome).counts,
  };
}

/** The runs, one line each. */
export function renderRuns(runs: readonly ListedRun[], paint: Paint): string {
  if (runs.length === 0) return 'No run yet.\n';
  const width = Math.max(...runs.map((r) => r.state.run.length));
  const header = paint.dim(`${'run'.padEnd(width)}  ${'command'.padEnd(8)}  ${'outcome'.padEnd(11)}    took  services`);
  return `${[header, ...runs.map((run) => runLine(run, width, paint))].join('\n')}\n`;
}

function runLine({ state, outcome }: ListedRun, width: number, paint: Paint): string {
  const { command, durationMs, counts, unfinished, resumed } = runHistoryRow(state, outcome);
  const took = durationMs === null ? '' : humanDuration(durationMs);
  const tone = { running: paint.bold, done: paint.good, failed: paint.bad, interrupted: paint.warn, abandoned: paint.dim }[
    outcome
  ];
  const text = `${countsText(counts, command || 'rebuild')}${unfinished > 0 ? `, ${unfinished} unfinished` : ''}${resumed > 0 ? `, in ${counted(resumed + 1, 'part')}` : ''}`;
  return `${state.run.padEnd(width)}  ${command.padEnd(8)}  ${tone(outcome.padEnd(11))}  ${took.padStart(6)}  ${printable(text)}`;
}
