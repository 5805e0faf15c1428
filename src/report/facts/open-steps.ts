import type { RunPart } from '../../journal/projection.ts';
import type { OpenIntent, ServiceState } from '../../journal/service-state.ts';
import { epochMsOf } from '../../util/instant.ts';

/** A step that has no outcome: it is under way, or was cut off with the process. Milliseconds since 1970. */
interface OpenStep extends OpenIntent {
  readonly startMs: number;
  /** When its process ended; the given instant while that goes on. */
  readonly endMs: number;
  readonly isUnderWay: boolean;
}

/** The steps of a service without an outcome, as a run stands at an instant; one that was taken up again counts from there. */
export function openSteps(
  { open, steps }: Pick<ServiceState, 'open' | 'steps'>,
  run: { readonly parts: readonly RunPart[]; readonly goesOn: boolean; readonly nowMs: number },
): readonly OpenStep[] {
  const running = open.filter((o) => !steps.some((s) => s.step === o.step && s.at >= o.at));
  return running.map((intent) => {
    const startMs = epochMsOf(intent.at);
    const part = run.parts.findLast(({ startedAt }) => startedAt <= intent.at);
    const ended = part?.endedAt ?? null;
    const endMs = Math.max(startMs, ended === null ? run.nowMs : epochMsOf(ended));
    return { ...intent, startMs, endMs, isUnderWay: run.goesOn && ended === null };
  });
}
