/** A service's status in the state file (product contract, section 3). */
export type ServiceStatus = 'pending' | 'running' | 'completed' | 'failed' | 'skipped' | 'rolled-back';

/** How a run stands or ended. */
export type RunOutcome = 'running' | 'done' | 'failed' | 'interrupted' | 'abandoned';

/** Exit codes, the same for all commands; `docs/exit-codes.md` is made from this table. */
export const EXIT = {
  done: 0,
  serviceFailed: 1,
  couldNotStart: 2,
  rollbackFailed: 3,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
