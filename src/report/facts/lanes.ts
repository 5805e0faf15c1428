import type { Progress } from '../../journal/events.ts';
import type { RunState } from '../../journal/projection.ts';
import type { ServiceState } from '../../journal/service-state.ts';
import type { ServiceKey } from '../../model/ids.ts';
import type { StepKind } from '../../plan/types.ts';
import { doingOf } from './doing.ts';
import type { DetailFold, HealthSample } from './samples.ts';

/** The kinds of step in the order in which a service goes through them. */
export const STEP_KINDS: readonly StepKind[] = ['backup', 'build', 'test', 'replace', 'verify', 'rollback'];

/** What a lane does to one service. Texts may hold what a build or a test printed: they are shown through `printable`. */
export interface LaneRow {
  readonly service: ServiceKey;
  readonly attempt: number;
  readonly sinceMs: number;
  readonly doing: string;
  readonly detail: string;
  /** How far it has come, 0 to 1; null when that is not told. */
  readonly share: number | null;
  /** Of a build: BuildKit's step x of y, how many of them came from its cache, and what it does. */
  readonly build: Extract<Progress, { kind: 'build' }> | null;
  /** The last line of its tests. */
  readonly testLine: string | null;
  readonly sample: HealthSample | null;
}

/** All that one kind of step is doing now. */
export interface Lane {
  readonly kind: StepKind;
  readonly rows: readonly LaneRow[];
}

/** What each lane does at an instant (milliseconds since 1970), the empty ones too; a service that soaks is in the lane `verify`. */
export function lanesOf(
  { services }: Pick<RunState, 'services'>,
  details: Pick<DetailFold, 'of'> | null,
  nowMs: number,
): readonly Lane[] {
  const lanes = new Map<StepKind, LaneRow[]>(STEP_KINDS.map((kind) => [kind, []]));
  for (const state of services.values()) {
    const doing = doingOf(state);
    if (!doing?.step) continue;
    const { samples, testLines } = details?.of(state.service) ?? { samples: [], testLines: [] };
    const progress = state.phase.kind === 'step' ? state.phase.progress : null;
    const testLine = doing.step === 'test' ? (testLines.at(-1) ?? null) : null;
    const build = progress?.kind === 'build' ? progress : null;
    lanes.get(doing.step)?.push({
      service: state.service,
      attempt: attemptOf(state),
      sinceMs: Math.max(0, nowMs - doing.fromMs),
      doing: doing.doing,
      detail: doing.detail,
      share: build ? buildShare(build) : testShare(testLine),
      build,
      testLine,
      sample: doing.step === 'verify' || doing.step === 'rollback' ? (samples.at(-1) ?? null) : null,
    });
  }
  return [...lanes].map(([kind, rows]) => ({ kind, rows }));
}

function attemptOf({ phase, open }: ServiceState): number {
  return phase.kind === 'step' ? phase.attempt : (open.at(-1)?.attempt ?? 1);
}

function buildShare({ step, of }: Extract<Progress, { kind: 'build' }>): number | null {
  return of === 0 ? null : Math.min(1, step / of);
}

/** As pytest says it: `tests/test_app.py ....   [ 45%]`. */
function testShare(line: string | null): number | null {
  const percent = /\[\s*(\d{1,3})%\]\s*$/.exec(line ?? '')?.[1];
  return percent === undefined ? null : Math.min(1, Number(percent) / 100);
}
