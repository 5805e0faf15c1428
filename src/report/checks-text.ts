import type { CheckResult } from '../model/check.ts';
import type { Diagnostic, Severity } from '../model/diagnostic.ts';
import { wrapWords } from '../plan/text-parts.ts';
import { assertNever } from '../util/assert.ts';
import { counted } from '../util/human.ts';
import { printable } from '../util/printable.ts';
import { groupAlike } from './alike-findings.ts';
import { type ChecksLook, findingLines } from './finding-text.ts';
import type { Paint } from './paint.ts';

/** The checks, one line each, with their findings below them, and how many findings there are in all. */
export function renderChecks(checks: readonly CheckResult[], look: ChecksLook): string {
  const titleWidth = Math.max(0, ...checks.map(({ title }) => title.length));
  const blocks = checks.map((check) => [
    ...checkLines(check, { ...look, titleWidth }),
    ...groupAlike(check.findings).flatMap((group) => findingLines(group, look)),
  ]);
  return `${[...blocks.flatMap(withRoom), '', checksSummary(checks, look.paint)].join('\n')}\n`;
}

/** How many findings of each severity there are, and what could not be looked at. */
function checksSummary(checks: readonly CheckResult[], paint: Paint): string {
  const { error, warning, info } = countFindings(checks);
  const blind = checks.filter(({ outcome }) => outcome === 'not-checked').length;
  const parts = [
    ...(error > 0 ? [paint.bad(counted(error, 'error'))] : []),
    ...(warning > 0 ? [paint.warn(counted(warning, 'warning'))] : []),
    ...(info > 0 ? [counted(info, 'remark')] : []),
  ];
  const found = parts.length === 0 ? paint.good('no findings') : parts.join(', ');
  return `${counted(checks.length, 'check')}: ${found}${blind > 0 ? `; ${blind} could not be looked at` : ''}`;
}

/** Findings by severity. */
export function countFindings(checks: readonly CheckResult[]): Readonly<Record<Severity, number>> {
  const all = checks.flatMap(({ findings }) => findings);
  const count = (severity: Severity) => all.filter((finding) => finding.severity === severity).length;
  return { error: count('error'), warning: count('warning'), info: count('info') };
}

interface Wide extends ChecksLook {
  readonly titleWidth: number;
}

/** The title's column lines up; what was seen is wrapped under itself where it fits, under the title where the screen is narrow. */
function checkLines({ outcome, title, seen, findings }: CheckResult, { columns, paint, titleWidth }: Wide): string[] {
  const glyph = outcomeGlyph(outcome, { findings, paint });
  const indent = titleWidth + 4;
  const isNarrow = columns < indent + 30;
  const [first = '', ...rest] = wrapWords(
    printable(outcome === 'not-checked' ? `not checked: ${seen}` : seen),
    columns,
    isNarrow ? 4 : indent,
  );
  const dim = outcome === 'not-checked' ? paint.dim : (text: string) => text;
  const head = isNarrow ? [`${glyph} ${title}`, dim(first)] : [`${glyph} ${title.padEnd(titleWidth)}  ${dim(first.trimStart())}`];
  return [...head, ...rest.map(dim)];
}

function outcomeGlyph(
  outcome: CheckResult['outcome'],
  { findings, paint }: { readonly findings: readonly Diagnostic[]; readonly paint: Paint },
): string {
  switch (outcome) {
    case 'passed':
      return paint.good(paint.glyph.good);
    case 'failed':
      return paint.bad(paint.glyph.bad);
    case 'remarks':
      return findings.some(({ severity }) => severity === 'warning') ? paint.warn(paint.glyph.note) : paint.glyph.waiting;
    case 'not-checked':
      return paint.dim(paint.glyph.skipped);
    default:
      return assertNever(outcome);
  }
}

/** A check with findings stands apart from the next. */
function withRoom(lines: readonly string[], index: number, all: readonly (readonly string[])[]): readonly string[] {
  return lines.length > 2 && index < all.length - 1 ? [...lines, ''] : lines;
}
