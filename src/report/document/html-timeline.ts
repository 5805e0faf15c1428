import { humanDuration } from '../../util/human.ts';
import { epochMsOf } from '../../util/instant.ts';
import { STEP_KINDS } from '../facts/lanes.ts';
import { type Html, html } from './html-parts.ts';
import type { Report, ReportedService } from './types.ts';

const WIDTH = 1000;
const NAMES = 200;
const ROW = 18;
const HEAD = 20;
/** How many marks the axis has. */
const MARKS = 5;
/** No bar is narrower than can be seen. */
const MIN_BAR = 1.5;

/** Who did what when, as a picture: a row a service in the order of their first steps; null when nothing was begun. */
export function timeline(report: Pick<Report, 'services'>): Html | null {
  const rows = report.services.filter(({ steps }) => steps.length > 0).map((service) => ({ service, fromMs: beganMs(service) }));
  if (rows.length === 0) return null;
  rows.sort((a, b) => a.fromMs - b.fromMs);
  const fromMs = rows[0]!.fromMs;
  const toMs = rows.reduce((last, { service }) => Math.max(last, endedMs(service)), fromMs + 1);
  const scale = (ms: number) => NAMES + ((ms - fromMs) / (toMs - fromMs)) * (WIDTH - NAMES - 10);
  const height = HEAD + rows.length * ROW + 4;
  return html`<ul class="key">${usedKinds(rows).map((kind) => html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="${kind}" width="10" height="10" rx="2"/></svg>${kind}</li>`)}</ul>
<div class="scroll"><svg class="timeline" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Steps of each service over time">
${axis({ scale, fromMs, toMs, height })}
${rows.map(({ service }, i) => row(service, { y: HEAD + i * ROW, scale }))}
</svg></div>`;
}

function axis({ scale, fromMs, toMs, height }: { scale: (ms: number) => number; fromMs: number; toMs: number; height: number }) {
  return Array.from({ length: MARKS + 1 }, (_, i) => {
    const ms = fromMs + ((toMs - fromMs) * i) / MARKS;
    const anchor = i === MARKS ? 'end' : 'middle';
    return html`<line x1="${at(scale(ms))}" x2="${at(scale(ms))}" y1="${HEAD - 6}" y2="${height}"/><text class="soft" x="${at(scale(ms))}" y="10" text-anchor="${anchor}">${i === 0 ? '0' : humanDuration(ms - fromMs)}</text>\n`;
  });
}

function row(service: ReportedService, { y, scale }: { y: number; scale: (ms: number) => number }): Html {
  const bars = service.steps.map(({ kind, outcome, startedAt, durationMs }) => {
    const x = scale(epochMsOf(startedAt));
    const width = Math.max(MIN_BAR, scale(epochMsOf(startedAt) + durationMs) - x);
    const look = outcome === 'failed' ? `${kind} failed` : kind;
    return html`<rect class="${look}" x="${at(x)}" y="${y + 3}" width="${at(width)}" height="${ROW - 6}" rx="2"><title>${service.service}: ${kind} ${outcome.replace('-', ' ')}, ${humanDuration(durationMs)}</title></rect>`;
  });
  return html`<text x="${NAMES - 8}" y="${y + 13}" text-anchor="end">${shortened(service.service)}</text>${bars}\n`;
}

/** Names share a column that is this wide. */
function shortened(name: string): string {
  return name.length > 30 ? `${name.slice(0, 29)}…` : name;
}

function usedKinds(rows: readonly { readonly service: ReportedService }[]) {
  const used = new Set(rows.flatMap(({ service }) => service.steps.map(({ kind }) => kind)));
  return STEP_KINDS.filter((kind) => used.has(kind));
}

function beganMs({ steps }: ReportedService): number {
  return steps.reduce((first, { startedAt }) => Math.min(first, epochMsOf(startedAt)), Number.POSITIVE_INFINITY);
}

function endedMs({ steps }: ReportedService): number {
  return steps.reduce((last, { startedAt, durationMs }) => Math.max(last, epochMsOf(startedAt) + durationMs), 0);
}

function at(value: number): string {
  return value.toFixed(1);
}
