import type { PhaseService, PhaseState } from '../journal/phase-state.ts';
import type { RunState } from '../journal/projection.ts';
import type { ServiceStatus } from '../model/status.ts';
import { counted, humanDuration } from '../util/human.ts';
import { printable } from '../util/printable.ts';
import { doingOf } from './facts/doing.ts';
import { failureText } from './failure-text.ts';
import type { Paint } from './paint.ts';
import { viewRun } from './run-view.ts';

/** What one screen of state is told from. */
export interface StatusInput {
  readonly phase: PhaseState;
  readonly runsOldestFirst: readonly RunState[];
  /** Who holds the lock, in one line; null = nobody. */
  readonly holder: string | null;
  readonly nowMs: number;
  /** How many lines there are for services. */
  readonly rows: number;
  /** How the commands to run next begin. */
  readonly command: string;
}

const ORDER: readonly ServiceStatus[] = ['failed', 'rolled-back', 'running', 'skipped', 'pending', 'completed'];

/** One screen of state: the last run, how many services stand where, and those that want attention. */
export function renderStatus(input: StatusInput, paint: Paint): string {
  const blocks = [headLines(input, paint), serviceLines(input, paint), nextLines(input, paint)];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => `${block.join('\n')}\n`)
    .join('\n');
}

function headLines({ phase, runsOldestFirst, holder, nowMs }: StatusInput, paint: Paint): string[] {
  const last = runsOldestFirst.at(-1);
  if (!last) return [`${paint.bold(`phase ${phase.phase}`)}: no run yet`];
  const view = viewRun(last, { services: [] }, { live: phase.outcome === 'running', nowMs });
  const running = phase.outcome === 'running';
  const ended = last.finishedAt ?? last.lastAt;
  const standing = view.paused ? `, ${paint.warn('paused')}` : view.stopping ? `, ${paint.warn('stopping')}` : '';
  const when = running
    ? `for ${humanDuration(view.elapsedMs)}${standing}`
    : `${ended ? `${humanDuration(nowMs - Date.parse(ended))} ago` : ''}${last.why ? `: ${printable(last.why)}` : ''}`;
  const tone = { running: paint.bold, done: paint.good, failed: paint.bad, interrupted: paint.warn }[phase.outcome];
  return [
    `${paint.bold(`phase ${phase.phase}`)}: run ${last.run} ${tone(phase.outcome)} ${when}`.trimEnd(),
    ...(holder ? [`locked by ${printable(holder)}`] : []),
    `${counted(phase.services.length, 'service')}: ${countsLine(phase, paint)}`,
  ];
}

function countsLine({ services }: PhaseState, paint: Paint): string {
  const parts = ORDER.toReversed().map((status) => {
    const count = services.filter((s) => s.status === status).length;
    return count > 0 && statusTone(status, paint)(`${count} ${status.replace('-', ' ')}`);
  });
  return parts.filter(Boolean).join(', ') || 'none';
}

/** Those that want attention, the gravest first; pending and completed ones are only counted. */
function serviceLines({ phase, runsOldestFirst, nowMs, rows }: StatusInput, paint: Paint): string[] {
  const shown = ORDER.slice(0, 4).flatMap((status) => phase.services.filter((s) => s.status === status));
  const room = Math.max(1, rows);
  const fitting = shown.length <= room ? shown : shown.slice(0, room - 1);
  const width = Math.max(0, ...fitting.map((s) => s.service.length));
  const lines = fitting.map((s) => {
    const text = `${statusGlyph(s.status, paint)} ${s.service.padEnd(width)}  ${s.status.replace('-', ' ').padEnd(11)}`;
    return `${text}  ${paint.dim(age(s, nowMs))}  ${why(s, runsOldestFirst)}`.trimEnd();
  });
  return shown.length > fitting.length ? [...lines, paint.dim(`  and ${shown.length - fitting.length} more`)] : lines;
}

function age({ at }: PhaseService, nowMs: number): string {
  return at === null ? '' : `${humanDuration(nowMs - Date.parse(at))} ago`.padStart(10);
}

function why({ service, run, status, code }: PhaseService, runs: readonly RunState[]): string {
  const state = runs.find((r) => r.run === run);
  const inRun = state?.services.get(service);
  if (inRun && status === 'running') {
    const doing = doingOf(inRun);
    return doing ? `${doing.doing} ${printable(doing.detail)}` : '';
  }
  const failure = inRun?.lastSettled?.failure;
  if (failure) return printable(failureText(failure));
  const release = state?.meta?.options.rollback?.targets[service];
  return status === 'rolled-back' && release !== undefined ? `to release ${printable(release)}` : (code ?? '');
}

function nextLines({ phase, holder, command }: StatusInput, paint: Paint): string[] {
  if (phase.outcome === 'running' || holder) return [];
  const failed = phase.services.find((s) => s.code !== null && (s.status === 'failed' || s.status === 'rolled-back'));
  const lines = [
    ...(failed ? [`  its log     ${command} logs ${failed.service}`] : []),
    ...(phase.run !== null && phase.outcome !== 'done' ? [`  go on       ${command} rebuild --continue`] : []),
    ...(phase.run === null ? [`  first look  ${command} plan`] : []),
  ];
  return lines.length === 0 ? [] : [paint.bold('Next'), ...lines];
}

function statusTone(status: ServiceStatus, paint: Paint): (text: string) => string {
  const plain = (text: string) => text;
  return {
    failed: paint.bad,
    'rolled-back': paint.bad,
    running: plain,
    skipped: paint.warn,
    pending: plain,
    completed: paint.good,
  }[status];
}

function statusGlyph(status: ServiceStatus, { glyph, good, bad, warn, dim }: Paint): string {
  const glyphs = {
    failed: bad(glyph.bad),
    'rolled-back': bad(glyph.back),
    running: glyph.running,
    skipped: warn(glyph.skipped),
    pending: dim(glyph.waiting),
    completed: good(glyph.good),
  };
  return glyphs[status];
}
