import type { StepOutcome } from '../../../journal/events.ts';
import type { ServiceState } from '../../../journal/service-state.ts';
import type { PlannedService, StepKind } from '../../../plan/types.ts';
import { STEP_KINDS } from '../../../report/facts/lanes.ts';
import { failureText } from '../../../report/failure-text.ts';
import { counted, humanDuration } from '../../../util/human.ts';
import { epochMsOf } from '../../../util/instant.ts';
import { printable } from '../../../util/printable.ts';
import type { StatusLook } from '../../parts/status.ts';
import { LookMark } from '../../parts/status-mark.tsx';
import { Panel } from '../run/panel.tsx';

interface StepsProps {
  readonly state: ServiceState;
  readonly planned: PlannedService | undefined;
  readonly live: boolean;
  readonly nowMs: number;
}

/** The service's steps in order: what they did, how long it took, how long it usually takes. */
export function StepsPanel({ state, planned, live, nowMs }: StepsProps) {
  const kinds = STEP_KINDS.filter((kind) => stepOf(state, kind) !== null || planned?.steps.some((step) => step.kind === kind));
  return (
    <Panel title="Steps">
      <table class="steps">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Outcome</th>
            <th scope="col">Took</th>
            <th scope="col">Usual</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {kinds.map((kind) => (
            <StepLine
              key={kind}
              kind={kind}
              step={stepOf(state, kind)}
              usualMs={planned?.stepsMs?.[kind]?.typicalMs ?? null}
              nowMs={nowMs}
              live={live}
              over={!live || state.phase.kind === 'settled'}
            />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

interface ShownStep {
  readonly attempt: number;
  readonly tookMs: number | null;
  readonly sinceMs: number | null;
  readonly outcome: StepOutcome | null;
}

/** A step that is under way hides what came of its last try. */
function stepOf({ steps, open }: ServiceState, kind: StepKind): ShownStep | null {
  const begun = open.find(({ intent }) => intent.kind === kind);
  const ended = steps.find((step) => step.kind === kind);
  if (begun && !(ended && ended.at >= begun.at))
    return { attempt: begun.attempt, tookMs: null, sinceMs: epochMsOf(begun.at), outcome: null };
  return ended ? { attempt: ended.attempt, tookMs: ended.durationMs, sinceMs: null, outcome: ended.outcome } : null;
}

interface LineProps {
  readonly kind: StepKind;
  readonly step: ShownStep | null;
  readonly usualMs: number | null;
  readonly live: boolean;
  readonly nowMs: number;
  readonly over: boolean;
}

function StepLine({ kind, step, usualMs, live, nowMs, over }: LineProps) {
  const tookMs = step?.tookMs ?? (step?.sinceMs == null ? null : Math.max(0, nowMs - step.sinceMs));
  return (
    <tr>
      <th scope="row">
        <i class={`kind kind-${kind}`} />
        {kind}
        {step !== null && step.attempt > 1 && <span class="note">try {step.attempt}</span>}
      </th>
      <td>
        <LookMark look={lookOf(step, { live, over })} />
      </td>
      <td class="figures">{tookMs === null ? '' : humanDuration(tookMs)}</td>
      <td class="figures dim">{usualMs === null ? '' : humanDuration(usualMs)}</td>
      <td class="what">{step?.outcome ? printable(outcomeText(step.outcome)) : ''}</td>
    </tr>
  );
}

/** Nothing is under way in a run that nobody executes. */
function lookOf(step: ShownStep | null, { live, over }: Pick<LineProps, 'live' | 'over'>): StatusLook {
  if (step === null) return { word: over ? 'not begun' : 'waiting', icon: over ? 'skip' : 'ring', tone: 'dim' };
  if (step.outcome === null && !live) return LOOKS.interrupted;
  if (step.outcome === null) return { word: 'under way', icon: 'busy', tone: 'run' };
  return LOOKS[step.outcome.status];
}

const LOOKS: Readonly<Record<StepOutcome['status'], StatusLook>> = {
  done: { word: 'done', icon: 'check', tone: 'good' },
  'not-needed': { word: 'not needed', icon: 'skip', tone: 'dim' },
  failed: { word: 'failed', icon: 'cross', tone: 'bad' },
  interrupted: { word: 'interrupted', icon: 'skip', tone: 'warn' },
};

function outcomeText(outcome: StepOutcome): string {
  if (outcome.status === 'failed') return failureText(outcome.failure);
  if (outcome.status === 'not-needed') return outcome.why;
  if (outcome.status === 'interrupted') return '';
  const { facts } = outcome;
  if (facts.kind === 'build') return `${facts.cachedSteps} of ${counted(facts.totalSteps, 'step')} from cache`;
  if (facts.kind === 'test') return facts.result === 'passed' ? facts.why : `no tests: ${facts.why}`;
  if (facts.kind === 'verify' && facts.verdict.kind === 'healthy') return facts.verdict.why;
  return '';
}
