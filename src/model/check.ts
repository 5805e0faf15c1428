import type { Diagnostic } from './diagnostic.ts';

/** How one look ended: `remarks` = findings, but none that is an error; `not-checked` = it could not be looked at. */
export type CheckOutcome = 'passed' | 'remarks' | 'failed' | 'not-checked';

/** One thing that was looked at, before a rebuild (doctor) or after it (validate). */
export interface CheckResult {
  /** Stable, kebab-case, for example `disk-space`. */
  readonly check: string;
  /** A few words for people, for example `Disk space`. */
  readonly title: string;
  readonly outcome: CheckOutcome;
  /** What was seen in a few words, for example `84 GB free`; with `not-checked` why it could not be looked at. */
  readonly seen: string;
  readonly findings: readonly Diagnostic[];
}

/** The outcome that follows from the findings of a look that could be made. */
export function outcomeOf(findings: readonly Diagnostic[]): Exclude<CheckOutcome, 'not-checked'> {
  if (findings.length === 0) return 'passed';
  return findings.some(({ severity }) => severity === 'error') ? 'failed' : 'remarks';
}
