import stringWidth from 'string-width';
import { counted, humanDuration } from '../../util/human.ts';
import { epochMsOf, instantAt } from '../../util/instant.ts';
import { printable } from '../../util/printable.ts';
import type { ChecksLook } from '../finding-text.ts';
import type { Paint } from '../paint.ts';
import { errorsPerMinute, type LoggedErrors, type WindowReport, type WindowService } from './window-types.ts';

const HEADINGS = ['answers', 'median', 'before', 'err/min', 'before', 'falls'] as const;
const CELL = 9;
const INDENT = 2;
const NAME_AT_LEAST = 12;
/** On a screen of unknown height. */
const ALL = 100;

/** The window as a table: how far it is, and each service beside how it did before the run. Services in trouble come first. */
export function windowLines(report: WindowReport, look: ChecksLook, rows = ALL): string[] {
  const { services } = report;
  const ordered = [...services.filter(isInTrouble), ...services.filter((service) => !isInTrouble(service))];
  const fits = ordered.length <= rows - 2 ? ordered : ordered.slice(0, Math.max(1, rows - 3));
  const room = look.columns - INDENT - CELL * HEADINGS.length;
  const longest = Math.max(NAME_AT_LEAST, ...fits.map(({ service }) => stringWidth(printable(service))));
  const nameWidth = Math.max(NAME_AT_LEAST, Math.min(longest, room));
  const { paint } = look;
  const head = `${'service'.padEnd(INDENT + nameWidth)}${HEADINGS.map((heading) => heading.padStart(CELL)).join('')}`;
  const left = ordered.length - fits.length;
  return [
    windowHead(report, paint),
    paint.dim(head),
    ...fits.map((service) => rowLine(service, nameWidth, paint)),
    ...(left > 0
      ? [paint.dim(`${' '.repeat(INDENT)}and ${counted(left, 'service')} that is well`.replace(/s that is/, 's that are'))]
      : []),
  ];
}

/** One line for each look, where no table can be redrawn. */
export function windowLine(report: WindowReport): string {
  const { startedAt, lastedMs, wantedMs, services } = report;
  const at = instantAt(epochMsOf(startedAt) + lastedMs).slice(11, 19);
  const asked = services.filter(({ answers }) => answers !== null);
  const well = asked.filter(({ answers }) => answers!.good === answers!.asked).length;
  const errors = services.reduce((sum, { logged }) => sum + (logged ? logged.errors + logged.crashes : 0), 0);
  const troubled = services.filter(isInTrouble).map(({ service }) => printable(service));
  const named = troubled.slice(0, 3).join(', ') + (troubled.length > 3 ? ` and ${troubled.length - 3} more` : '');
  const parts = [
    `${at} ${humanDuration(lastedMs)} of ${humanDuration(wantedMs)}`,
    `${well} of ${counted(asked.length, 'service')} always answered`,
    errors === 0 ? 'no errors' : counted(errors, 'error'),
    ...(troubled.length > 0 ? [`look at ${named}`] : []),
  ];
  return parts.join('  ');
}

function windowHead({ ended, lastedMs, wantedMs, intervalMs, services, blindLooks }: WindowReport, paint: Paint): string {
  const so = { no: 'watching', whole: 'watched', interrupted: 'watched, ended early' }[ended];
  const span = ended === 'whole' ? humanDuration(lastedMs) : `${humanDuration(lastedMs)} of ${humanDuration(wantedMs)}`;
  const blind = blindLooks > 0 ? paint.warn(`; the engine was away at ${counted(blindLooks, 'look')}`) : '';
  return `${paint.bold(so)} ${counted(services.length, 'service')}: ${span}, every ${humanDuration(intervalMs)}${blind}`;
}

function isInTrouble({ answers, logged, restarts, downLooks }: WindowService): boolean {
  const lost = answers !== null && answers.good < answers.asked;
  return lost || restarts + downLooks > 0 || (logged !== null && logged.errors + logged.crashes > 0);
}

function rowLine(window: WindowService, nameWidth: number, paint: Paint): string {
  const { service, answers, logged, before, restarts, downLooks } = window;
  const lost = answers !== null && answers.good < answers.asked;
  const falls = restarts + downLooks;
  const cells: readonly (readonly [string, (text: string) => string])[] = [
    [answers === null ? paint.glyph.skipped : `${answers.good}/${answers.asked}`, lost ? paint.bad : plain],
    [millis(answers?.medianMs, paint), plain],
    [millis(before?.answers?.medianMs, paint), paint.dim],
    [rate(logged, paint), logged !== null && logged.errors + logged.crashes > 0 ? paint.warn : plain],
    [rate(before?.logged ?? null, paint), paint.dim],
    [String(falls), falls > 0 ? paint.bad : plain],
  ];
  const mark = isInTrouble(window) ? paint.warn(paint.glyph.note) : ' ';
  const name = fitted(printable(service), nameWidth, paint.glyph.cut);
  return `${mark} ${name}${cells.map(([text, tone]) => ' '.repeat(Math.max(1, CELL - text.length)) + tone(text)).join('')}`;
}

function plain(text: string): string {
  return text;
}

function millis(ms: number | null | undefined, { glyph }: Paint): string {
  return ms === null || ms === undefined ? glyph.skipped : ms < 10_000 ? `${ms} ms` : humanDuration(ms);
}

function rate(logged: LoggedErrors | null, { glyph }: Paint): string {
  if (logged === null) return glyph.skipped;
  const perMinute = errorsPerMinute(logged);
  return perMinute === 0 ? '0' : perMinute < 10 ? perMinute.toFixed(1) : String(Math.round(perMinute));
}

function fitted(text: string, width: number, cut: string): string {
  const used = stringWidth(text);
  return used <= width ? text + ' '.repeat(width - used) : text.slice(0, width - 1) + cut;
}
