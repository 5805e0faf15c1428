import { type ListedOutcome, runListed } from '../../doctor/listed/run-listed.ts';
import { titleOf } from '../../doctor/listed/titles.ts';
import type { ListedCheck } from '../../fleet/validation-types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { assertNever } from '../../util/assert.ts';
import { mapBounded } from '../../util/bounded.ts';
import { finding } from '../codes.ts';
import { answeredBy } from '../free-text.ts';
import type { Looked, ValidateCheck, ValidateContext } from '../types.ts';

const ASKED_AT_ONCE = 4;

/** The operator's own list for after the builds. */
export const postBuildCheck: ValidateCheck = {
  name: 'post-build',
  title: 'Your list for after the builds',
  column: null,
  run: (context) => lookAt(context.fleet.settings.validation.postBuild, context),
};

/** The operator's own list for after the run. */
export const postDeploymentCheck: ValidateCheck = {
  name: 'post-deployment',
  title: 'Your list for after the run',
  column: null,
  run: (context) => lookAt(context.fleet.settings.validation.postDeployment, context),
};

async function lookAt(list: readonly ListedCheck[], context: ValidateContext): Promise<Looked> {
  const outcomes = await mapBounded(list, ASKED_AT_ONCE, async (entry) => ({ entry, outcome: await runListed(entry, context) }));
  const count = (kind: ListedOutcome['kind']) => outcomes.filter(({ outcome }) => outcome.kind === kind).length;
  const open = outcomes.filter(({ entry, outcome }) => outcome.kind === 'open' && answeredBy(entry) === null).length;
  const parts = [
    ...(count('good') > 0 ? [`${count('good')} good`] : []),
    ...(count('bad') + count('impossible') > 0 ? [`${count('bad') + count('impossible')} not`] : []),
    ...(count('open') > open ? [`${count('open') - open} by other checks`] : []),
    ...(open > 0 ? [`${open} for you to look at`] : []),
  ];
  const findings = outcomes.flatMap(({ entry, outcome }) => findingOf(entry, outcome, context) ?? []);
  return { seen: parts.join(', ') || 'the list is empty', findings, looked: [] };
}

function findingOf(entry: ListedCheck, outcome: ListedOutcome, { redactor }: ValidateContext): Diagnostic | null {
  const title = redactor.text(titleOf(entry));
  switch (outcome.kind) {
    case 'good':
      return null;
    case 'bad': {
      const evidence = outcome.evidence === undefined ? {} : { evidence: redactor.text(outcome.evidence) };
      return finding('listed-check-failed', { message: `${title}: ${redactor.text(outcome.seen)}`, ...entry.place, ...evidence });
    }
    case 'impossible': {
      const remedy = outcome.remedy === undefined ? {} : { remedy: outcome.remedy };
      return finding('listed-check-impossible', { message: `${title}: ${outcome.why}`, ...entry.place, ...remedy });
    }
    case 'open': {
      const check = answeredBy(entry);
      if (check === null) return finding('listed-check-open', { message: title, ...entry.place, remedy: 'For you to look at' });
      return finding('listed-check-covered', { message: `${title}: the check \`${check}\` looks at it`, ...entry.place });
    }
    default:
      return assertNever(outcome);
  }
}
