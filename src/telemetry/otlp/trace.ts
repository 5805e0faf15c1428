import type { Event, RunCommand } from '../../journal/events.ts';
import type { RunId } from '../../model/ids.ts';
import { epochMsOf } from '../../util/instant.ts';
import { resultOfRun, resultOfTry, statusOfRun, statusOfService, statusOfTry, TASK_TYPES } from './outcome.ts';
import { type ServiceWork, type Session, sessionsOf } from './session.ts';
import type { Span, SpanLink } from './span.ts';
import { spanIdOf, traceIdOf } from './span.ts';

/** What all spans of a run share. */
interface Run {
  readonly run: RunId;
  readonly traceId: string;
  readonly phase: string;
  readonly command: RunCommand;
  readonly plan: string;
  readonly services: ReadonlyMap<string, { readonly category: string; readonly wave: number }>;
}

/**
 * The spans that a process has to send of its run, from all the run's events: those of its own session, and of the sessions before it that
 * died before they could. One trace a run: the first session's span is its root, and that of each continuation is a child of the root,
 * linked to the session before. All ids follow from the record, so that what is sent twice is the same. Without a start there is none.
 */
export function spansToSend(events: readonly Event[]): readonly Span[] {
  const run = runOf(events);
  if (!run) return [];
  const sessions = sessionsOf(events);
  return sessions.slice(firstUnsent(sessions)).flatMap((session) => spansOf(session, run));
}

function runOf(events: readonly Event[]): Run | null {
  const started = events.find((event) => event.type === 'run-started');
  if (started?.type !== 'run-started') return null;
  const { run, at, phase, command, plan } = started;
  // A run id is of one fleet; another fleet's run may have begun in the same second.
  const traceId = traceIdOf('slipway', run, at, plan);
  return { run, traceId, phase, command, plan, services: new Map(started.services.map((s) => [s.service, s])) };
}

function firstUnsent(sessions: readonly Session[]): number {
  let first = sessions.length - 1;
  while (first > 0 && sessions[first - 1]!.finished === null) first -= 1;
  return first;
}

function spansOf(session: Session, run: Run): Span[] {
  return [sessionSpan(session, run), ...[...session.services.values()].flatMap((work) => serviceSpans(work, session, run))];
}

function sessionPlace({ traceId }: Run, number: number): SpanLink {
  return { traceId, spanId: spanIdOf(traceId, 'session', String(number)) };
}

/** Attributes by the semantic conventions for CI/CD, and our own where these have none. */
function sessionSpan(session: Session, run: Run): Span {
  const { number, finished } = session;
  const isRoot = number === 1;
  const settled = [...session.services.values()].map((work) => work.settled?.status);
  const status = statusOfRun(finished);
  return {
    ...sessionPlace(run, number),
    parentSpanId: isRoot ? null : sessionPlace(run, 1).spanId,
    name: `${run.command}${isRoot ? '' : ' --continue'} ${run.phase}`,
    kind: isRoot ? 'server' : 'internal',
    startMs: session.startMs,
    endMs: session.lastMs,
    attributes: {
      'cicd.pipeline.name': run.phase,
      'cicd.pipeline.run.id': run.run,
      'cicd.pipeline.result': resultOfRun(finished),
      'error.type': status?.code === 'error' ? status.message : null,
      'slipway.command': run.command,
      'slipway.plan': run.plan,
      'slipway.session': number,
      'slipway.exit_code': finished?.exitCode ?? null,
      'slipway.services.completed': settled.filter((one) => one === 'completed').length,
      'slipway.services.failed': settled.filter((one) => one === 'failed').length,
      'slipway.services.rolled_back': settled.filter((one) => one === 'rolled-back').length,
      'slipway.services.skipped': settled.filter((one) => one === 'skipped').length,
    },
    status,
    links: isRoot ? [] : [sessionPlace(run, number - 1)],
    events: session.signals.map(({ at, signal, meaning }) => ({
      name: 'signal',
      atMs: epochMsOf(at),
      attributes: { 'slipway.signal': signal, 'slipway.signal.meaning': meaning },
    })),
  };
}

function serviceSpans(work: ServiceWork, session: Session, run: Run): Span[] {
  const { service, settled } = work;
  const { traceId } = run;
  const id = spanIdOf(traceId, 'service', String(session.number), service);
  const cutOffMs = settled === null ? session.lastMs : work.lastMs;
  const status = statusOfService(work);
  const own: Span = {
    traceId,
    spanId: id,
    parentSpanId: sessionPlace(run, session.number).spanId,
    name: service,
    kind: 'internal',
    startMs: work.startMs,
    endMs: cutOffMs,
    attributes: {
      'slipway.service': service,
      'slipway.category': run.services.get(service)?.category ?? null,
      'slipway.wave': run.services.get(service)?.wave ?? null,
      'slipway.status': settled?.status ?? 'interrupted',
      'slipway.tested': settled?.tested ?? null,
      'slipway.downtime_ms': settled?.downtimeMs ?? null,
      'container.image.id': settled?.image ?? null,
      'error.type': settled?.failure?.code ?? null,
    },
    status,
    links: [],
    events: work.healthyMs === null ? [] : [{ name: 'healthy', atMs: work.healthyMs, attributes: {} }],
  };
  return [own, ...work.tries.map((_, index) => trySpan({ work, index, parentSpanId: id, endMs: cutOffMs, session }, run))];
}

interface TryPlace {
  readonly work: ServiceWork;
  readonly index: number;
  readonly parentSpanId: string;
  /** Where a try ends that was cut off. */
  readonly endMs: number;
  readonly session: Session;
}

function trySpan({ work, index, parentSpanId, endMs, session }: TryPlace, { traceId, run }: Run): Span {
  const { step, kind, attempt, startMs, end } = work.tries[index]!;
  const outcome = end?.outcome ?? null;
  const facts = outcome !== null && outcome !== 'retry' && 'facts' in outcome ? outcome.facts : null;
  return {
    traceId,
    spanId: spanIdOf(traceId, 'step', String(session.number), step, String(index)),
    parentSpanId,
    name: kind,
    kind: 'internal',
    startMs,
    endMs: end?.atMs ?? endMs,
    attributes: {
      'cicd.pipeline.task.name': step,
      'cicd.pipeline.task.run.id': `${run}/${session.number}/${step}/${attempt}`,
      'cicd.pipeline.task.type': TASK_TYPES[kind],
      'cicd.pipeline.task.run.result': resultOfTry(outcome),
      'slipway.service': work.service,
      'slipway.step': kind,
      'slipway.attempt': attempt,
      'slipway.build.steps': facts?.kind === 'build' ? facts.totalSteps : null,
      'slipway.build.steps_cached': facts?.kind === 'build' ? facts.cachedSteps : null,
      'slipway.test.count': facts?.kind === 'test' ? facts.tests : null,
      'container.image.id': facts && 'image' in facts ? facts.image : null,
      'error.type': errorType(outcome),
    },
    status: statusOfTry(outcome),
    links: [],
    events: [],
  };
}

function errorType(outcome: NonNullable<ServiceWork['tries'][number]['end']>['outcome'] | null): string | null {
  if (outcome === 'retry') return 'transient';
  return outcome?.status === 'failed' ? outcome.failure.code : null;
}
