import { counted } from '../../util/human.ts';
import { finding } from '../codes.ts';
import { standingOf } from '../counts.ts';
import type { Looked, ValidateCheck, ValidateContext } from '../types.ts';

/** Whether as many services are completed and up as the operator expects. */
export const countsCheck: ValidateCheck = {
  name: 'counts',
  title: 'Counts',
  column: null,
  run: async (context) => look(context),
};

function look(context: ValidateContext): Looked {
  const { completed, up, expected } = standingOf(context);
  const seen = expected === null ? 'no number was given (--expect N)' : `${counted(expected, 'service')} expected`;
  if (expected === null || (completed === expected && up === expected)) return { seen, findings: [], looked: [] };
  const message = `Expected ${expected} completed and ${expected} up; there are ${completed} completed and ${up} up`;
  const remedy = 'The table shows which services are missing; --expect N says how many there have to be';
  return { seen, findings: [finding('count-differs', { message, remedy })], looked: [] };
}
