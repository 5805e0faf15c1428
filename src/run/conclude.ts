import { wentBackAsPlanned } from '../journal/service-state.ts';
import { EXIT, type ExitCode, type RunOutcome } from '../model/status.ts';
import { assertNever } from '../util/assert.ts';
import { counted } from '../util/human.ts';
import { type Board, endedWell } from './executor/board.ts';
import { isTakenBack } from './executor/policy.ts';
import type { StopController, StopReason } from './executor/stop.ts';

/** How a run ended. */
export interface Conclusion {
  readonly outcome: Exclude<RunOutcome, 'running'>;
  readonly exitCode: ExitCode;
  readonly why: string;
}

/** The outcome and exit code of a run (product contract, section 2): a failed rollback beats all, then an interruption, then failures. */
export function conclude(board: Board, stop: StopController): Conclusion {
  // What was completed before the run was continued counts when it was taken back now.
  const planned = new Set(board.runs);
  const concerned = board.all.filter((r) => planned.has(r) || r.final?.status !== 'completed');
  const finals = concerned.map((r) => r.final ?? { status: 'pending' as const, failure: null });
  const count = (status: string) => finals.filter((f) => f.status === status).length;
  const asPlanned = finals.filter(wentBackAsPlanned).length;
  const back = count('rolled-back') - asPlanned;
  const bad = count('failed') + back + count('skipped');
  const lost = finals.filter((f) => f.failure?.code === 'rollback-failed').length;
  if (lost > 0) return { outcome: 'failed', exitCode: EXIT.rollbackFailed, why: `${counted(lost, 'rollback')} failed: look now` };
  const { reason } = stop;
  if (reason?.kind === 'signal') {
    const exitCode = reason.signal === 'SIGTERM' || reason.signal === 'SIGHUP' ? EXIT.terminated : EXIT.interrupted;
    return { outcome: 'interrupted', exitCode, why: `${reason.signal}: ${counted(count('pending'), 'service')} left` };
  }
  if (reason?.kind === 'cancelled') {
    const why = `cancelled by ${reason.by}: ${counted(count('pending'), 'service')} left`;
    return { outcome: 'interrupted', exitCode: EXIT.interrupted, why };
  }
  if (reason?.kind === 'max-failures') {
    return {
      outcome: 'failed',
      exitCode: EXIT.serviceFailed,
      why: `${reason.failed} failed, more than the ${reason.limit} allowed`,
    };
  }
  if (reason?.kind === 'outage') {
    const why = `${awayText(reason)}: ${counted(count('pending'), 'service')} left`;
    return { outcome: 'failed', exitCode: EXIT.serviceFailed, why };
  }
  if (bad > 0) {
    const takenBack = finals.filter((f) => f.status === 'rolled-back' && !endedWell(f) && isTakenBack(f)).length;
    const parts = [
      `${counted(count('failed') + back - takenBack, 'service')} failed`,
      takenBack > 0 && `${takenBack} taken back`,
      count('skipped') > 0 && `${count('skipped')} skipped`,
    ];
    return { outcome: 'failed', exitCode: EXIT.serviceFailed, why: parts.filter(Boolean).join(', ') };
  }
  if (count('pending') > 0)
    return { outcome: 'interrupted', exitCode: EXIT.serviceFailed, why: `${counted(count('pending'), 'service')} left` };
  const completed = finals.length - asPlanned;
  const parts = [
    asPlanned > 0 && `${counted(asPlanned, 'service')} rolled back`,
    (completed > 0 || asPlanned === 0) && `${counted(completed, 'service')} completed`,
  ];
  return { outcome: 'done', exitCode: EXIT.done, why: parts.filter(Boolean).join(', ') };
}

function awayText({ away, failure }: Extract<StopReason, { kind: 'outage' }>): string {
  switch (away) {
    case 'network':
      return `the network or a registry is away (${'message' in failure ? failure.message.split('\n')[0] : failure.code})`;
    case 'engine':
      return 'the engine is away';
    case 'disk':
      return 'the disk is full';
    default:
      return assertNever(away);
  }
}
