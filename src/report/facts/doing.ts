import type { Progress } from '../../journal/events.ts';
import type { ServiceState } from '../../journal/service-state.ts';
import type { StepKind } from '../../plan/types.ts';
import { assertNever } from '../../util/assert.ts';
import { epochMsOf } from '../../util/instant.ts';

/** What is being done to a service now, in words. The detail may hold what a build printed: it is shown through `printable`. */
export interface Doing {
  /** The step that is under way, or waits to be tried again; null between two steps. */
  readonly step: StepKind | null;
  readonly doing: string;
  readonly detail: string;
  /** Since when, milliseconds since 1970. */
  readonly fromMs: number;
}

const DOING: Readonly<Record<StepKind, string>> = {
  backup: 'backing up',
  build: 'building',
  test: 'testing',
  replace: 'replacing',
  verify: 'verifying',
  rollback: 'rolling back',
};

const DONE: Readonly<Record<StepKind, string>> = {
  backup: 'backed up',
  build: 'built',
  test: 'tested',
  replace: 'replaced',
  verify: '',
  rollback: '',
};

/** What is being done to a service; null when nothing is: before its first step and after its last. */
export function doingOf(state: ServiceState): Doing | null {
  const { phase } = state;
  switch (phase.kind) {
    case 'step':
      return {
        step: phase.step,
        doing: DOING[phase.step],
        detail: progressText(phase.progress),
        fromMs: epochMsOf(phase.startedAt),
      };
    case 'soaking':
      return { step: 'verify', doing: 'soaking', detail: 'healthy, watching on', fromMs: epochMsOf(phase.since) };
    case 'waiting':
      return phase.retry ? retrying(phase.retry) : betweenSteps(state);
    case 'settled':
      return null;
    default:
      return assertNever(phase);
  }
}

type Retry = NonNullable<Extract<ServiceState['phase'], { kind: 'waiting' }>['retry']>;

/** A step's id ends in its kind. */
function retrying({ step, at, why }: Retry): Doing {
  const kind = step.slice(step.lastIndexOf(':') + 1) as StepKind;
  return { step: kind, doing: 'retrying', detail: why, fromMs: epochMsOf(at) };
}

/** Begun and waiting for its next step: for a lane, or for the verdicts that come before its replace. */
function betweenSteps({ startedAt, steps, facts }: ServiceState): Doing | null {
  const last = steps.at(-1);
  if (startedAt === null || !last || facts.healthyAt !== null) return null;
  return { step: null, doing: 'waiting', detail: DONE[last.kind], fromMs: epochMsOf(last.at) };
}

function progressText(progress: Progress | null): string {
  if (!progress) return '';
  switch (progress.kind) {
    case 'build':
      return buildText(progress);
    case 'test':
      return progress.line;
    case 'waiting':
      return `waiting for ${progress.for}`;
    default:
      return assertNever(progress);
  }
}

/** Before BuildKit has read the Dockerfile it does not know how many steps there are. */
function buildText({ step, of, cached, name }: Extract<Progress, { kind: 'build' }>): string {
  return of === 0 ? name : `step ${step} of ${of}${cached > 0 ? `, ${cached} cached` : ''}: ${name}`;
}
