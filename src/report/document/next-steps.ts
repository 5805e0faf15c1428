import type { RunId } from '../../model/ids.ts';
import type { PlanOptions } from '../../plan/types.ts';
import { assertNever } from '../../util/assert.ts';
import type { ReportInput } from './report.ts';
import type { NextStep, Report, ReportedService } from './types.ts';
import { isTroubled } from './words.ts';

/** How many failed services get a line of their own. */
const LOGS_AT_MOST = 5;

/** What it depends on what comes next. */
type Ended = Pick<Report, 'run' | 'command' | 'outcome' | 'counts' | 'services'>;

/** What else it depends on. */
interface Around extends Pick<ReportInput, 'command' | 'statusFile'> {
  readonly options: PlanOptions | null;
}

/** What to do after a run, with the exact commands; first what has to be mended by hand. */
export function nextSteps(ended: Ended, around: Around): readonly NextStep[] {
  return [...byHand(ended), ...toLook(ended, around.command), ...toGoOn(ended, around)];
}

function byHand({ services }: Ended): NextStep[] {
  return services.flatMap(({ service, failure }) =>
    (failure?.commands ?? []).map((line, i) => ({
      text: i === 0 ? `Put ${service} back by hand` : `Then, for ${service}`,
      command: line,
    })),
  );
}

/** Of what was skipped or put back there is no log that says more than the report. */
function toLook({ services, run }: Ended, command: string): NextStep[] {
  const looks = services.flatMap((row) => {
    const log = logToRead(row, run);
    return log === null ? [] : [{ text: `Read the log of ${row.service}`, command: `${command} logs ${row.service} ${log}` }];
  });
  return looks.slice(0, LOGS_AT_MOST);
}

/** The options that show the log of what failed; null = none is worth reading. */
function logToRead({ status, steps }: ReportedService, run: RunId): string | null {
  switch (steps.findLast(({ outcome }) => outcome === 'failed')?.kind) {
    case 'build':
      return `--run ${run}`;
    case 'test':
      return `--test --run ${run}`;
    case 'replace':
    case 'verify':
      return status === 'failed' ? '--container' : null;
    default:
      return null;
  }
}

function toGoOn(ended: Ended, around: Around): NextStep[] {
  const { command } = around;
  const again = `${command} ${ended.command === 'rollback' ? 'rollback' : 'rebuild'} --continue`;
  switch (ended.outcome) {
    case 'running':
      return [{ text: 'See where it stands now', command: `${command} status` }];
    case 'interrupted':
      return [{ text: 'Go on where it ended', command: again }];
    case 'failed':
      return [{ text: 'When that is mended, go on where it ended', command: again }];
    case 'abandoned':
      return [{ text: 'See what a new run would do', command: `${command} plan` }];
    case 'done':
      return afterwards(ended, around);
    default:
      return assertNever(ended.outcome);
  }
}

function afterwards({ command: ran, services }: Ended, { options, command, statusFile }: Around): NextStep[] {
  const steps: NextStep[] = [{ text: 'See where every service stands', command: `${command} status` }];
  if (ran !== 'rebuild') return steps;
  const whole = options !== null && options.services.length === 0 && options.categories.length === 0;
  if (whole && statusFile === 'there' && !services.some(isTroubled))
    steps.push({ text: 'Mark the phase complete in REBUILD_STATUS.md', command: `${command} report --complete-phase` });
  if (services.some((row) => row.status === 'completed'))
    steps.push({ text: 'If it turns out bad after all, see what would go back', command: `${command} rollback --all --dry-run` });
  return steps;
}
