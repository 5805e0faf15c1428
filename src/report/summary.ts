import type { RunState } from '../journal/projection.ts';
import { type ServiceState, wentBackAsPlanned } from '../journal/service-state.ts';
import { wrapWords } from '../plan/text-parts.ts';
import type { Plan, Tested } from '../plan/types.ts';
import { counted, humanDuration } from '../util/human.ts';
import { printable } from '../util/printable.ts';
import { shellLine } from '../util/shell-words.ts';
import { failureLog, failureText } from './failure-text.ts';
import type { Paint } from './paint.ts';
import { countsText, type RunView, viewRun } from './run-view.ts';
import { whyLeft } from './why-left.ts';

/** What the end of a run is told from. */
export interface SummaryInput {
  readonly state: RunState;
  readonly plan: Pick<Plan, 'services' | 'untouched' | 'estimate'>;
  readonly nowMs: number;
  /** Log folder of the run, relative to where the operator stands. */
  readonly logs: string;
  /** How the operator called Slipway, up to the options, to be used in the next commands. */
  readonly command: string;
}

const LOG_LINES = 8;
/** How wide lists are laid out. */
const COLUMNS = 78;

/** The end of a run for people: results by category, failures with their reason and last log lines, downtimes, and what to run next. */
export function renderSummary(input: SummaryInput, paint: Paint): string {
  const view = viewRun(input.state, input.plan, { live: false, nowMs: input.nowMs });
  const services = [...input.state.services.values()];
  const blocks = [
    [titleLine(view, input.plan, paint), ...leftLines(input.state, paint)],
    categoryTable(view, paint),
    untouchedLines(input, paint),
    troubleLines(services, paint),
    untestedLines(services, paint),
    downtimeLines(services, paint),
    nextLines(input, paint),
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => `${block.join('\n')}\n`)
    .join('\n');
}

function titleLine(view: RunView, { services }: Pick<Plan, 'services'>, paint: Paint): string {
  const good = view.outcome === 'done';
  const glyph = good ? paint.good(paint.glyph.good) : paint.bad(paint.glyph.bad);
  const title = `${glyph} ${paint.bold(`Run ${view.run} ${view.outcome}`)}`;
  if (view.counts.total === 0) return `${title}: nothing to do`;
  const needed = services.filter(({ cause }) => cause.code === 'dependency-down').length;
  const whose = needed === 0 ? '' : `, ${needed} of them because others need them,`;
  return `${title}: ${countsText(view.counts, view.command)} of ${counted(view.counts.total, 'service')}${whose} in ${humanDuration(view.elapsedMs)}`;
}

/** Where the run has stopped early; services that were only not reached show nowhere else. */
function leftLines(state: RunState, paint: Paint): string[] {
  const why = whyLeft(state);
  return why === null ? [] : [`  ${paint.bad(printable(why))}`];
}

function categoryTable(view: RunView, paint: Paint): string[] {
  if (view.categories.length === 0) return [];
  const width = Math.max(8, ...view.categories.map((c) => c.name.length));
  const header = paint.dim(`  ${'category'.padEnd(width)}  risk    done  failed  back  skipped`);
  const rows = view.categories.map(({ name, risk, counts }) => {
    const cells = [
      `${counts.completed}/${counts.total}`.padStart(7),
      cell(counts.failed, 7),
      cell(counts.rolledBack, 5),
      cell(counts.skipped, 8),
    ];
    return `  ${name.padEnd(width)}  ${risk.padEnd(6)}${cells.join(' ')}`;
  });
  return [header, ...rows];
}

function cell(count: number, width: number): string {
  return (count === 0 ? '-' : String(count)).padStart(width);
}

/** Services left alone, grouped by reason. */
function untouchedLines({ plan }: SummaryInput, paint: Paint): string[] {
  const byReason = new Map<string, string[]>();
  for (const { service, cause } of plan.untouched) byReason.set(cause.text, [...(byReason.get(cause.text) ?? []), service]);
  if (byReason.size === 0) return [];
  const lines = [...byReason].map(
    ([why, names]) => `  ${names.length === 1 ? names[0] : counted(names.length, 'service')}: ${why}`,
  );
  return [paint.bold(`Left alone: ${plan.untouched.length}`), ...lines];
}

function troubleLines(services: readonly ServiceState[], paint: Paint): string[] {
  return services.flatMap((s) => {
    if (s.phase.kind !== 'settled' || s.phase.status === 'completed' || s.phase.status === 'pending') return [];
    if (wentBackAsPlanned(s.phase)) return [];
    const { status, failure } = s.phase;
    const glyph =
      status === 'skipped'
        ? paint.warn(paint.glyph.skipped)
        : status === 'rolled-back'
          ? paint.bad(paint.glyph.back)
          : paint.bad(paint.glyph.bad);
    const head = `${glyph} ${paint.bold(s.service)} ${status.replace('-', ' ')}: ${failure ? printable(failureText(failure)) : 'no reason recorded'}`;
    const log = failure ? failureLog(failure).slice(-LOG_LINES) : [];
    const commands =
      failure?.code === 'rollback-failed' ? ['  run these:', ...failure.commands.map((argv) => `    ${shellLine(argv)}`)] : [];
    return [head, ...log.map((text) => paint.dim(`    ${printable(text)}`)), ...commands];
  });
}

/** Completed without a passed test: said, so that nobody takes it for tested. */
function untestedLines(services: readonly ServiceState[], paint: Paint): string[] {
  const named = (tested: Tested, text: string) => {
    const names = services.flatMap((s) =>
      s.phase.kind === 'settled' && s.phase.status === 'completed' && s.phase.tested === tested ? [s.service] : [],
    );
    if (names.length === 0) return [];
    const lines = wrapWords(`${text}: ${names.join(', ')}`, COLUMNS, 2).map((line) => line.slice(2));
    return [`${paint.warn(paint.glyph.note)} ${lines[0]}`, ...lines.slice(1).map((line) => `  ${line}`)];
  };
  return [...named('no-tests', 'have no tests'), ...named('untested', 'completed untested')];
}

function downtimeLines(services: readonly ServiceState[], paint: Paint): string[] {
  const downs = services.flatMap((s) =>
    s.phase.kind === 'settled' && s.phase.downtimeMs !== null ? [{ service: s.service, ms: s.phase.downtimeMs }] : [],
  );
  if (downs.length === 0) return [];
  const sorted = [...downs].sort((a, b) => b.ms - a.ms);
  const median = sorted[Math.floor(sorted.length / 2)]!.ms;
  const head = `${paint.bold('Downtime')} of ${counted(downs.length, 'replaced service')}: median ${humanDuration(median)}, longest ${humanDuration(sorted[0]!.ms)}`;
  const width = Math.max(...sorted.map((d) => d.service.length));
  const cells = sorted.map((d) => `${d.service.padEnd(width)} ${humanDuration(d.ms).padStart(6)}`);
  return [head, ...inColumns(cells, Math.max(1, Math.floor(COLUMNS / (width + 10))))];
}

function inColumns(cells: readonly string[], columns: number): string[] {
  const rows = Math.ceil(cells.length / columns);
  return Array.from({ length: rows }, (_, row) =>
    `  ${Array.from({ length: columns }, (_, c) => cells[c * rows + row] ?? '').join('   ')}`.trimEnd(),
  );
}

function nextLines({ state, logs, command }: SummaryInput, paint: Paint): string[] {
  const lines = [`  logs           ${logs}`];
  const first = [...state.services.values()].find(
    (s) => s.phase.kind === 'settled' && s.phase.failure && s.phase.status !== 'skipped',
  );
  const again = `${command} ${state.meta?.command === 'rollback' ? 'rollback' : 'rebuild'} --continue`;
  if (state.outcome === 'interrupted') lines.push(`  to go on       ${again}`);
  else if (state.outcome === 'failed') lines.push(`  when mended    ${again}`);
  else lines.push(`  the state      ${command} status`);
  if (first) lines.splice(1, 0, `  its log        ${command} logs ${first.service}`);
  return [paint.bold('Next'), ...lines];
}
