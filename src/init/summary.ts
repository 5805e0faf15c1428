import type { Diagnostic } from '../model/diagnostic.ts';
import type { Paint } from '../report/paint.ts';
import { printable } from '../util/printable.ts';
import type { Proposal } from './types.ts';

/** The file as the reader knows it, and the command that shows its plan. */
export interface Written {
  readonly file: string;
  readonly plan: string;
}

/** What was proposed, a line a category, and what to do next. */
export function proposalSummary({ categories, left }: Proposal, { file, plan }: Written, paint: Paint): string {
  const rows = categories.map(({ name, risk, services }) => {
    const critical = services.filter((service) => service.critical).map(({ key }) => key);
    const marked = critical.length === 0 ? '' : `critical: ${shortened(critical)}`;
    return [name, count(services.length, 'service'), `${risk.value} risk`, marked];
  });
  const total = categories.reduce((sum, { services }) => sum + services.length, 0);
  return [
    `${paint.good(paint.glyph.good)} ${paint.bold(printable(file))}: ${count(total, 'service')} in ${count(categories.length, 'category', 'categories')}`,
    ...table(rows),
    ...(left.length === 0 ? [] : [`  In no category: ${shortened(left.map(({ key }) => key))}; the file says why`]),
    '',
    `Next: look at critical and risk in it, then run ${printable(plan)}`,
    '',
  ].join('\n');
}

/** What an older configuration says and the new one does not, a line each: where, what and why. */
export function remarkLines(remarks: readonly Diagnostic[], { dim }: Paint): string {
  const lines = remarks.map(({ file = '', line, column, message, remedy }) => {
    const place = [printable(file), line, column].filter((part) => part !== undefined).join(':');
    return `${place === '' ? '' : `${dim(place)}  `}${printable(message)}${remedy === undefined ? '' : ` (${printable(remedy)})`}`;
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** What was made, for scripts: `remarks` is what an older file says and this one does not, `findings` what loading it finds. */
export function initDocument(
  {
    text,
    remarks,
    diagnostics,
  }: { readonly text: string; readonly remarks: readonly Diagnostic[]; readonly diagnostics: readonly Diagnostic[] },
  { file, written }: { readonly file: string; readonly written: boolean },
): string {
  return `${JSON.stringify({ version: 1, command: 'init', file, written, text, remarks, findings: diagnostics }, null, 2)}\n`;
}

/** What became of an older configuration, and what to do next. */
export function rewriteSummary(
  { carried, left, from }: { readonly carried: number; readonly left: number; readonly from: string },
  { file, plan }: Written,
  paint: Paint,
): string {
  return [
    `${paint.good(paint.glyph.good)} ${paint.bold(printable(file))}: ${count(carried, 'setting')} of ${printable(from)} carried over${left === 0 ? '' : `; ${left} others are listed above with the reason`}`,
    '',
    `Next: run ${printable(plan)}; the plan is that of the older file`,
    '',
  ].join('\n');
}

function shortened(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2].map((i) => Math.max(0, ...rows.map((row) => row[i]!.length)));
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
}
