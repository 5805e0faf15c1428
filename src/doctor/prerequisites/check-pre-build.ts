import type { ListedCheck } from '../../fleet/validation-types.ts';
import { createRedactor } from '../../journal/redact.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { assertNever } from '../../util/assert.ts';
import { mapBounded } from '../../util/bounded.ts';
import { type ListedOutcome, runListed } from '../listed/run-listed.ts';
import { titleOf } from '../listed/titles.ts';
import type { DoctorCheck, FleetContext } from '../types.ts';
import { answeredBy } from './answered-by.ts';

const ASKED_AT_ONCE = 4;

/** The operator's own list for before the builds, `validation.pre_build`: what can be checked is, the rest is named. */
export const checkPreBuild: DoctorCheck = {
  name: 'pre-build',
  title: 'Your list for before the builds',
  rebuild: 'goes-on',
  needs: 'fleet',
  run: async (context) => {
    const list = context.fleet.settings.validation.preBuild;
    const redact = createRedactor(context.fleet.projects.map(({ model }) => model)).text;
    const made = await mapBounded(list, ASKED_AT_ONCE, async (entry) => ({ entry, outcome: await look(entry, context) }));
    return { seen: seenOf(made), findings: made.flatMap(({ entry, outcome }) => findingOf(entry, outcome, redact) ?? []) };
  },
};

/** Time-outs are each entry's own. */
async function look(entry: ListedCheck, { fleet, observed, engine, outside, disk }: FleetContext): Promise<ListedOutcome> {
  return runListed(entry, { fleet, observed, engine, outside, disk, signal: new AbortController().signal });
}

function seenOf(made: readonly { readonly entry: ListedCheck; readonly outcome: ListedOutcome }[]): string {
  const count = (kind: ListedOutcome['kind']) => made.filter(({ outcome }) => outcome.kind === kind).length;
  const open = made.filter(({ entry, outcome }) => outcome.kind === 'open' && answeredBy(entry) === null).length;
  const parts = [
    ...(count('good') > 0 ? [`${count('good')} good`] : []),
    ...(count('bad') + count('impossible') > 0 ? [`${count('bad') + count('impossible')} not`] : []),
    ...(count('open') > open ? [`${count('open') - open} by other checks`] : []),
    ...(open > 0 ? [`${open} for you to look at`] : []),
  ];
  return parts.join(', ') || 'the list is empty';
}

/** What another check answers is no finding: that check has it. */
function findingOf(entry: ListedCheck, outcome: ListedOutcome, redact: (text: string) => string): Diagnostic | null {
  const title = redact(titleOf(entry));
  switch (outcome.kind) {
    case 'good':
      return null;
    case 'bad':
      return {
        code: 'listed-check-failed',
        severity: 'error',
        message: `${title}: ${redact(outcome.seen)}`,
        ...entry.place,
        ...(outcome.evidence !== undefined && { evidence: redact(outcome.evidence) }),
        remedy: 'put it right, or take it out of validation.pre_build',
      };
    case 'impossible':
      return {
        code: 'listed-check-impossible',
        severity: 'error',
        message: `${title}: ${redact(outcome.why)}`,
        ...entry.place,
        remedy: outcome.remedy ?? 'correct it in the configuration',
      };
    case 'open':
      if (answeredBy(entry) !== null) return null;
      return { code: 'listed-check-open', severity: 'info', message: title, ...entry.place, remedy: 'for you to look at' };
    default:
      return assertNever(outcome);
  }
}
