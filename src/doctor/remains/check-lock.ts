import { holderText } from '../../journal/holder.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { assertNever } from '../../util/assert.ts';
import type { DoctorCheck } from '../types.ts';
import { FIX } from './fix-remedy.ts';
import { isHeld, type LockPart } from './locks.ts';
import { partsOf } from './look.ts';

/** The fleet's lock: free, or somebody's who is at work, cannot be seen from here, or is gone. */
export const checkLock: DoctorCheck = {
  name: 'lock',
  title: 'Lock',
  // A rebuild takes the lock itself, and may wait for it.
  rebuild: 'goes-on',
  needs: 'nothing',
  run: async (context) => {
    const { root, fleet } = context;
    if (root === null) return { notChecked: 'there is no project here' };
    const parts = await partsOf({ ...context, root });
    const findings = grouped(parts).map(findingOf);
    const where = fleet === null || !context.facts.ok ? ' in this folder; the engine was not asked' : '';
    const taken = parts.some(isHeld) ? 'taken' : 'left behind by somebody who is gone';
    return { seen: parts.length === 0 ? `free${where}` : taken, findings };
  },
};

/** A holder has the file and a marker for each project: one finding for each who holds, or held, any. */
function grouped(parts: readonly LockPart[]): readonly LockPart[] {
  const keyOf = ({ where, holder }: LockPart) => JSON.stringify(holder ?? where);
  return parts.filter((part, index) => parts.findIndex((other) => keyOf(other) === keyOf(part)) === index);
}

function findingOf({ where, holder, presence }: LockPart): Diagnostic {
  const what = 'file' in where ? 'The lock' : `The lock of project ${where.project} on the engine`;
  const place = 'file' in where ? { file: where.file } : {};
  const who = holder === null ? '' : holderText(holder);
  switch (presence) {
    case 'alive':
      return {
        code: 'locked',
        severity: 'error',
        message: `${what} is held by ${who}`,
        ...place,
        remedy: 'wait for it to end: slipway status shows how far it is',
      };
    case 'unknown':
      return {
        code: 'lock-of-unseen-holder',
        severity: 'error',
        message: `${what} is held by ${who}, which cannot be seen from here`,
        ...place,
        remedy: 'look on that machine or in that container; when it is surely gone: slipway unlock --force',
      };
    case 'gone':
      return {
        code: 'stale-lock',
        severity: 'warning',
        message: `${what} was left by ${who}, which is gone`,
        ...place,
        remedy: FIX,
      };
    case 'nameless':
      return 'file' in where
        ? { code: 'stale-lock', severity: 'warning', message: `${what} was cut short and names nobody`, ...place, remedy: FIX }
        : {
            code: 'foreign-lock',
            severity: 'error',
            message: `${what} does not say whose it is: a later version’s, or another program’s container of that name`,
            remedy: `look at it: docker inspect slipway-lock-${where.project}; when nobody needs it: slipway unlock --force`,
          };
    default:
      return assertNever(presence);
  }
}
