import type { RunState } from '../journal/projection.ts';
import { EXIT, type ExitCode } from '../model/status.ts';
import type { RebuildResult } from '../run/rebuild-types.ts';
import { assertNever } from '../util/assert.ts';
import type { Outcome, ServiceOutcome } from './outcome.ts';
import { SlipwayError } from './slipway-error.ts';

/** The outcome of a run; throws a SlipwayError when there was none. */
export function outcomeOf(result: RebuildResult): Outcome {
  switch (result.kind) {
    case 'refused':
    case 'broken':
      throw new SlipwayError(result.diagnostics, result.exitCode);
    case 'nothing':
      return { status: 'nothing', exitCode: result.exitCode, why: result.message };
    case 'ran': {
      const { state, exitCode, plan, logs } = result;
      return {
        status: statusOf(state, exitCode),
        exitCode,
        why: state.why,
        run: state.run,
        plan,
        services: servicesOf(state),
        logs,
      };
    }
    default:
      return assertNever(result);
  }
}

function statusOf({ outcome }: RunState, exitCode: ExitCode): 'done' | 'failed' | 'rollback-failed' | 'interrupted' {
  if (exitCode === EXIT.rollbackFailed) return 'rollback-failed';
  if (outcome === 'done') return 'done';
  return outcome === 'failed' ? 'failed' : 'interrupted';
}

function servicesOf({ services }: RunState): readonly ServiceOutcome[] {
  return [...services.values()].map(({ service, phase }) => {
    if (phase.kind !== 'settled') return { service, status: 'pending', failure: null, image: null };
    const { status, failure, image } = phase;
    return { service, status, failure, image };
  });
}
