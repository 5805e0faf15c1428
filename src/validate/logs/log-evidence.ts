import { counted } from '../../util/human.ts';
import type { ErrorGroup, LogErrors } from './scan-log.ts';

/** So many kinds of errors of a service are shown with the lines around them. */
const SHOWN_GROUPS = 3;

/** The errors with their context: `>` marks the line itself, a count stands before one that came again. */
export function logEvidence(found: LogErrors): string {
  const shown = found.groups.slice(0, SHOWN_GROUPS).map(groupLines);
  const left = found.groups.length - SHOWN_GROUPS;
  const more = left > 0 ? [[`… and ${counted(left, 'other kind')}${found.others > 0 ? ' or more' : ''}`]] : [];
  return [...shown, ...more].map((lines) => lines.join('\n')).join('\n');
}

function groupLines({ before, text, after, count }: ErrorGroup): string[] {
  const times = count > 1 ? `(${count} times) ` : '';
  return [...before.map(context), `> ${times}${text}`, ...after.map(context)];
}

function context(line: string): string {
  return `  ${line}`.trimEnd();
}

/** `1 crash and 3 errors`. */
export function countsText({ crashes, errors }: { readonly crashes: number; readonly errors: number }): string {
  const parts = [
    ...(crashes > 0 ? [counted(crashes, 'crash', 'crashes')] : []),
    ...(errors > 0 ? [counted(errors, 'error')] : []),
  ];
  return parts.join(' and ');
}
