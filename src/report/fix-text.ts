import type { Remain } from '../doctor/remains/types.ts';
import { holderText } from '../journal/holder.ts';
import { assertNever } from '../util/assert.ts';
import { printable } from '../util/printable.ts';

/** What is done about a remain, as an order: `remove the candidate tag shop/api:candidate-20260204_140000`. One line, control characters shown. */
export function fixText(remain: Remain): string {
  return printable(orderFor(remain));
}

/** A remain for a script: its kind, what it is, and what is done about it. */
export function fixDocument(remain: Remain): { readonly kind: Remain['kind']; readonly what: string; readonly fix: string } {
  return { kind: remain.kind, what: subjectOf(remain), fix: fixText(remain) };
}

function orderFor(remain: Remain): string {
  switch (remain.kind) {
    case 'lock-file':
      return remain.holder === null
        ? 'remove the lock file, which was cut short and names nobody'
        : `remove the lock file of ${holderText(remain.holder)}, which is gone`;
    case 'lock-marker':
      return `remove the lock of project ${remain.project} on the engine, of ${holderText(remain.holder)}, which is gone`;
    case 'orphans':
      return `end ${remain.programs.join(', ')}, left at work by a Slipway that is gone`;
    case 'stopped-services':
      return `start ${remain.services.join(', ')}, stopped by ${remain.why}, which was cut off`;
    case 'leftover':
      return `remove the ${remain.leftover.kind.replace('-', ' ')} ${remain.leftover.name}`;
    case 'state-file':
      return `write the state file anew from the journals: it is ${remain.view === 'behind' ? 'not what they say' : remain.view}`;
    case 'log-folder':
      return `make the folder of the logs, ${remain.path}`;
    case 'open-to-others':
      return `keep others out of ${remain.path} (mode ${remain.mode.toString(8)})`;
    case 'half-written':
      return `remove ${remain.path}, which a killed process was writing`;
    default:
      return assertNever(remain);
  }
}

function subjectOf(remain: Remain): string {
  switch (remain.kind) {
    case 'lock-marker':
      return remain.project;
    case 'orphans':
      return remain.programs.join(', ');
    case 'stopped-services':
      return remain.services.join(', ');
    case 'leftover':
      return remain.leftover.name;
    default:
      return remain.path;
  }
}
