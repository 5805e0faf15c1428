import { counted, humanDuration } from '../../util/human.ts';
import { printable } from '../../util/printable.ts';
import type { Report, ReportedFailure, ReportedService } from './types.ts';
import {
  cacheText,
  downtimeText,
  durationText,
  imageText,
  instantText,
  isSlow,
  optionsText,
  resultText,
  SERVICE_COLUMNS,
  sizeChange,
  statusText,
  testsText,
  timeOr,
  titleText,
  UNKNOWN,
  withoutColour,
} from './words.ts';

/** How much of a report is written: `brief` leaves out the table of all services and shortens logs. */
export type Extent = 'full' | 'brief';

/** How many lines of a log a brief report shows. */
const BRIEF_LOG_LINES = 15;

/** The report as GitHub-flavoured Markdown; what logs and failures say cannot become markup. */
export function renderMarkdown(report: Report, extent: Extent): string {
  const blocks = [
    [`# ${md(titleText(report))}`],
    overview(report),
    results(report),
    troubles(report, extent),
    ...(extent === 'full' ? [services(report), untouched(report)] : []),
    next(report),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function overview(report: Report): string[] {
  const { engine, cache } = report;
  const facts: readonly (readonly [string, string])[] = [
    ['Phase', report.phase],
    ['Command', report.command],
    ['Options', optionsText(report)],
    ['Result', resultText(report)],
    ...(report.why === '' ? [] : [['Why', report.why] as const]),
    ['Started', instantText(report.startedAt)],
    ['Ended', instantText(report.finishedAt)],
    ['Duration', durationText(report)],
    ...(report.resumed > 0 ? [['Continued', counted(report.resumed, 'time')] as const] : []),
    ['Build cache', cache === null ? 'nothing was built' : `${cacheText(cache)} in ${counted(cache.builds, 'build')}`],
    ['Downtime', downtimeText(report.downtime)],
    ['Slipway', report.slipway ?? UNKNOWN],
    ['Engine', engine ? `Docker ${engine.docker}, Compose ${engine.compose}, buildx ${engine.buildx}` : UNKNOWN],
    ['Logs', report.logs],
  ];
  return table(['', ''], facts);
}

function results({ categories }: Report): string[] {
  if (categories.length === 0) return [];
  const header = [
    'category',
    'risk',
    'services',
    'completed',
    'failed',
    'rolled back',
    'skipped',
    'open',
    'work',
    'expected',
    'downtime',
  ];
  const rows = categories.map(({ category, risk, counts, workedMs, estimateMs, unseen, downtimeMs }) => [
    category,
    risk,
    ...[counts.total, counts.completed, counts.failed, counts.rolledBack, counts.skipped].map(count),
    count(counts.total - counts.completed - counts.failed - counts.rolledBack - counts.skipped),
    humanDuration(workedMs),
    unseen > 0 && estimateMs !== null ? `${timeOr(estimateMs)} and ${unseen} never seen` : timeOr(estimateMs),
    downtimeMs === 0 ? UNKNOWN : humanDuration(downtimeMs),
  ]);
  return ['## Results by category', '', ...table(header, rows)];
}

function troubles({ services }: Report, extent: Extent): string[] {
  const failed = services.flatMap((row) => (row.failure ? [{ row, failure: row.failure }] : []));
  if (failed.length === 0) return [];
  return ['## What went wrong', ...failed.flatMap(({ row, failure }) => trouble(row, failure, extent))];
}

function trouble({ service, status }: ReportedService, { text, log, commands }: ReportedFailure, extent: Extent): string[] {
  const lines = log.lines.slice(extent === 'full' ? 0 : -BRIEF_LOG_LINES);
  return [
    '',
    `### ${md(service)}: ${statusText(status)}`,
    '',
    md(text),
    ...(lines.length > 0
      ? ['', `The end of its log${log.file === null ? '' : ` (${md(log.file)})`}:`, '', ...fenced(lines)]
      : []),
    ...(commands.length > 0 ? ['', 'Run these:', '', ...fenced(commands, 'sh')] : []),
  ];
}

function services({ services }: Report): string[] {
  if (services.length === 0) return [];
  const [name, ...others] = SERVICE_COLUMNS;
  const header = [name, 'category', ...others];
  const rows = services.map((row) => [
    row.critical ? `${row.service} (critical)` : row.service,
    row.category,
    statusText(row.status),
    row.cause?.code ?? UNKNOWN,
    isSlow(row) ? `${timeOr(row.workedMs)} (over p90)` : timeOr(row.workedMs),
    row.estimateMs === null ? 'never seen' : timeOr(row.estimateMs),
    cacheText(row.cache),
    testsText(row),
    timeOr(row.downtimeMs),
    imageText(row.before),
    imageText(row.after),
    sizeChange(row),
  ]);
  return ['## Services', '', ...table(header, rows)];
}

function untouched({ untouched }: Report): string[] {
  if (untouched.length === 0) return [];
  return [
    '## Left alone',
    '',
    ...table(
      ['service', 'why'],
      untouched.map(({ service, cause }) => [service, cause.text]),
    ),
  ];
}

function next({ next }: Report): string[] {
  if (next.length === 0) return [];
  return [
    '## Next steps',
    '',
    ...next.map(({ text, command }, i) => `${i + 1}. ${md(text)}${command === null ? '' : `: ${code(command)}`}`),
  ];
}

function count(value: number): string {
  return value === 0 ? '-' : `${value}`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(md).join(' | ')} |`;
  return [line(header), `|${header.map(() => ' --- |').join('')}`, ...rows.map(line)];
}

/** Text that stays text: in a table cell, in a heading and on a line of its own. An underscore inside a word is none that stresses it. */
function md(text: string): string {
  return printable(withoutColour(text).replaceAll('\n', ' '))
    .replace(/[\\`*[\]<>|~#]|(?<!\w)_|_(?!\w)/g, '\\$&')
    .replaceAll('&', '&amp;');
}

/** Inline code, between more backticks than the text has in a row (CommonMark, section 6.1). */
function code(text: string): string {
  const fence = '`'.repeat(longestRun(text) + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${printable(text)}${pad}${fence}`;
}

/** A code block whose fence no line of it can close (CommonMark, section 4.5). */
function fenced(lines: readonly string[], language = 'text'): string[] {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  return [`${fence}${language}`, ...lines.map((line) => printable(withoutColour(line))), fence];
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
