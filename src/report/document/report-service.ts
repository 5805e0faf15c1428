import type { ServiceState } from '../../journal/service-state.ts';
import type { ImageId } from '../../model/ids.ts';
import type { PlannedService } from '../../plan/types.ts';
import { epochMsOf, instantAt } from '../../util/instant.ts';
import { shellLine } from '../../util/shell-words.ts';
import { openSteps } from '../facts/open-steps.ts';
import type { ServiceRow } from '../facts/service-row.ts';
import { failureLog, failureText } from '../failure-text.ts';
import type { ReportInput } from './report.ts';
import type { LogExcerpt, ReportedFailure, ReportedImage, ReportedService, ReportedStep } from './types.ts';

/** What is known of one service of the run. */
interface Known {
  readonly row: ServiceRow;
  readonly state: ServiceState;
  readonly planned: PlannedService | undefined;
  readonly input: Pick<ReportInput, 'sizes' | 'excerpts'>;
  readonly at: Parameters<typeof openSteps>[1];
}

/** One service's part of the report. */
export function reportService({ row, state, planned, input, at }: Known): ReportedService {
  const steps = stepsOf(state, planned, at);
  const sized = (image: ImageId | null): ReportedImage => ({
    image,
    sizeBytes: image === null ? null : (input.sizes.get(image) ?? null),
  });
  return {
    service: row.service,
    category: row.category,
    risk: row.risk,
    critical: row.critical,
    wave: row.wave,
    status: row.status,
    cause: planned?.cause ?? null,
    startedAt: state.startedAt,
    endedAt: state.phase.kind === 'settled' ? state.phase.at : null,
    workedMs: steps.length === 0 ? null : steps.reduce((total, { durationMs }) => total + durationMs, 0),
    estimateMs: row.estimateMs,
    steps,
    cache: cacheOf(state),
    tested: row.tested,
    tests: row.tests,
    downtimeMs: row.downtimeMs,
    before: sized(row.imageBefore),
    after: sized(row.imageAfter),
    failure: failureOf(state, input.excerpts.get(row.service) ?? null),
  };
}

/** With those that have no outcome, which take the place of an earlier try. */
function stepsOf(state: ServiceState, planned: PlannedService | undefined, at: Known['at']): readonly ReportedStep[] {
  const open = openSteps(state, at);
  const ended = state.steps.filter(({ step }) => !open.some((one) => one.step === step));
  const begun = open.map(
    ({ intent, attempt, startMs, endMs, isUnderWay }): ReportedStep => ({
      kind: intent.kind,
      outcome: isUnderWay ? 'running' : 'interrupted',
      attempt,
      startedAt: instantAt(startMs),
      durationMs: endMs - startMs,
      estimate: planned?.stepsMs?.[intent.kind] ?? null,
    }),
  );
  return [...ended.map((record) => stepOf(record, planned)), ...begun];
}

function stepOf(
  { kind, attempt, at, durationMs, outcome }: ServiceState['steps'][number],
  planned: PlannedService | undefined,
): ReportedStep {
  const startedAt = instantAt(epochMsOf(at) - durationMs);
  return { kind, outcome: outcome.status, attempt, startedAt, durationMs, estimate: planned?.stepsMs?.[kind] ?? null };
}

/** A build that is another service's too is counted there, where it was done. */
function cacheOf({ steps }: ServiceState): ReportedService['cache'] {
  const facts = steps.flatMap(({ outcome }) => (outcome.status === 'done' ? [outcome.facts] : []));
  const build = facts.find((fact) => fact.kind === 'build');
  return build && build.totalSteps > 0 ? { cachedSteps: build.cachedSteps, totalSteps: build.totalSteps } : null;
}

/** The log file tells more than what the journal kept of it. */
function failureOf({ phase, lastSettled }: ServiceState, excerpt: LogExcerpt | null): ReportedFailure | null {
  const { failure } = phase.kind === 'settled' ? phase : (lastSettled ?? { failure: null });
  if (!failure) return null;
  const kept = failureLog(failure);
  return {
    code: failure.code,
    text: failureText(failure),
    log: excerpt && excerpt.lines.length >= kept.length ? excerpt : { file: excerpt?.file ?? null, lines: kept },
    commands: failure.code === 'rollback-failed' ? failure.commands.map(shellLine) : [],
  };
}
