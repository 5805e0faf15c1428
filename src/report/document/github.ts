import { renderMarkdown } from './markdown.ts';
import type { Report } from './types.ts';
import { isTroubled, resultText, statusText, titleText, withoutColour } from './words.ts';

/** How many annotations of a level GitHub shows of a step (docs.github.com, "Workflow commands"). */
const SHOWN_AT_MOST = 10;

/** How large a step's summary may be, bytes; GitHub drops a larger one whole. */
export const SUMMARY_LIMIT_BYTES = 1024 * 1024;

/** Annotations of a run that has ended, a line each: an error for each service that went wrong, a warning for what was skipped. */
export function annotations(report: Report): string {
  const troubled = report.services.filter(isTroubled);
  const failed = troubled.filter((row) => row.status !== 'skipped');
  const errors = failed.map(({ service, status, failure }) =>
    annotation('error', { title: `${service} ${statusText(status)}`, text: failure?.text ?? 'no reason recorded' }),
  );
  const skipped = troubled.filter((row) => row.status === 'skipped').map((row) => row.service);
  const warnings = [
    ...(skipped.length > 0 ? [{ title: 'Skipped', text: skipped.join(', ') }] : []),
    ...(report.outcome === 'interrupted'
      ? [{ title: titleText(report), text: [resultText(report), report.why].filter(Boolean).join('. ') }]
      : []),
  ].map((warning) => annotation('warning', warning));
  return [...shortened(errors, report), ...warnings].map((line) => `${line}\n`).join('');
}

/** The report for a step's summary: as much of it as fits beside what other steps of the job have written. */
export function stepSummary(report: Report, roomBytes: number): string {
  const texts = [renderMarkdown(report, 'full'), renderMarkdown(report, 'brief')];
  const short = `# ${titleText(report)}\n\n${resultText(report)}\n`;
  return [...texts, short].find((text) => byteLength(text) <= roomBytes) ?? '';
}

/**
 * What makes the runner take nothing for a command until `resumeCommands` of the same token: logs that are shown could hold some.
 *
 * @param token not to be guessed
 */
export function stopCommands(token: string): string {
  return `::stop-commands::${token}\n`;
}

/** Ends what `stopCommands` began. */
export function resumeCommands(token: string): string {
  return `::${token}::\n`;
}

/** The last one that is shown says how many there are. */
function shortened(errors: readonly string[], report: Report): readonly string[] {
  if (errors.length <= SHOWN_AT_MOST) return errors;
  const more = errors.length - SHOWN_AT_MOST + 1;
  const last = annotation('error', { title: `${more} more`, text: `${titleText(report)}: ${resultText(report)}` });
  return [...errors.slice(0, SHOWN_AT_MOST - 1), last];
}

function annotation(level: 'error' | 'warning', { title, text }: { readonly title: string; readonly text: string }): string {
  return `::${level} title=${property(title)}::${data(text)}`;
}

/** As the toolkit of GitHub Actions escapes what follows a command. */
function data(text: string): string {
  return withoutColour(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** As it escapes a command's properties. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
