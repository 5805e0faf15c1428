import type { RunState } from '../journal/projection.ts';
import { wentBackAsPlanned } from '../journal/service-state.ts';
import { printable } from '../util/printable.ts';
import { failureText } from './failure-text.ts';
import type { Paint } from './paint.ts';
import { whyLeft } from './why-left.ts';

/** One line for each service that is not as it should be, and one for a run that did not come to its end; empty when all is well. */
export function renderFailures(state: RunState, paint: Paint): string {
  const lines = [...state.services.values()].flatMap(({ service, phase }) => {
    if (phase.kind !== 'settled' || phase.status === 'completed' || phase.status === 'pending' || wentBackAsPlanned(phase))
      return [];
    const why = phase.failure ? printable(failureText(phase.failure)) : 'no reason recorded';
    return [`${paint.bold(service)} ${paint.bad(phase.status.replace('-', ' '))}: ${why}`];
  });
  const why = whyLeft(state);
  if (why !== null) lines.push(`run ${state.run} ${paint.bad(state.outcome)}: ${printable(why)}`);
  return lines.map((line) => `${line}\n`).join('');
}
