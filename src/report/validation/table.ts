import stringWidth from 'string-width';
import { assertNever } from '../../util/assert.ts';
import { counted } from '../../util/human.ts';
import { printable } from '../../util/printable.ts';
import type { ChecksLook } from '../finding-text.ts';
import type { Paint } from '../paint.ts';
import type { Mark, ValidatedService, Validation } from './types.ts';

/** Names are cut to what the marks leave of the screen, but not below this. */
const NAME_AT_LEAST = 12;
/** Of a larger fleet only the services that want attention are listed. */
const LISTED_WHOLE = 100;
const INDENT = 2;
const GAP = 2;

/** The services by check, the critical ones first: one mark each. */
export function tableLines({ services, columns }: Pick<Validation, 'services' | 'columns'>, look: ChecksLook): string[] {
  const critical = services.filter((service) => service.critical);
  const others = services.filter((service) => !service.critical);
  const shown = services.length > LISTED_WHOLE ? services.filter(wantsAttention) : services;
  const marksWidth = columns.reduce((sum, { heading }) => sum + heading.length + GAP, 0);
  const longest = Math.max(NAME_AT_LEAST, ...shown.map(({ service }) => stringWidth(printable(service))));
  const wide = { ...look, columns, nameWidth: Math.max(NAME_AT_LEAST, Math.min(longest, look.columns - INDENT - marksWidth)) };
  const headings = columns.map(({ heading }) => ' '.repeat(GAP) + heading).join('');
  const groups = [
    { title: 'critical', group: critical },
    { title: critical.length > 0 ? 'others' : 'services', group: others },
  ].filter(({ group }) => group.length > 0);
  return groups.flatMap(({ title, group }, at) => {
    const rows = group.filter((service) => shown.includes(service));
    const head = at === 0 ? `${title.padEnd(INDENT + wide.nameWidth)}${headings}` : title;
    const left = group.length - rows.length;
    const rest = left > 0 ? [look.paint.dim(`${' '.repeat(INDENT)}${counted(left, 'service')} without a finding`)] : [];
    return [look.paint.dim(head), ...rows.map((row) => rowLine(row, wide)), ...rest];
  });
}

function wantsAttention({ marks }: ValidatedService): boolean {
  return Object.values(marks).some((mark) => mark !== 'passed');
}

interface Wide {
  readonly paint: Paint;
  readonly columns: Validation['columns'];
  readonly nameWidth: number;
}

function rowLine({ service, marks }: ValidatedService, { paint, columns, nameWidth }: Wide): string {
  const cells = columns.map(
    ({ check, heading }) => ' '.repeat(GAP) + markGlyph(marks[check], paint) + ' '.repeat(heading.length - 1),
  );
  return `${' '.repeat(INDENT)}${fitted(printable(service), nameWidth, paint.glyph.cut)}${cells.join('')}`.trimEnd();
}

function fitted(text: string, width: number, cut: string): string {
  const used = stringWidth(text);
  return used <= width ? text + ' '.repeat(width - used) : text.slice(0, width - 1) + cut;
}

function markGlyph(mark: Mark | undefined, { glyph, good, bad, warn, dim }: Paint): string {
  switch (mark) {
    case undefined:
      return dim(glyph.skipped);
    case 'passed':
      return good(glyph.good);
    case 'info':
      return glyph.waiting;
    case 'warning':
      return warn(glyph.note);
    case 'error':
      return bad(glyph.bad);
    case 'not-looked':
      return dim('?');
    default:
      return assertNever(mark);
  }
}
