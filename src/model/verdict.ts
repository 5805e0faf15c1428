/**
 * What Slipway concludes of a service's health (product contract, section 5). `exited` with code 0 is good for a one-shot and bad
 * for everything else.
 */
export type Verdict =
  | { readonly kind: 'healthy'; readonly why: string }
  | { readonly kind: 'unhealthy'; readonly why: string }
  | { readonly kind: 'crash-looping'; readonly restarts: number; readonly exitCode: number | null }
  | { readonly kind: 'never-started'; readonly why: string }
  | { readonly kind: 'too-slow'; readonly deadlineMs: number; readonly why: string }
  | { readonly kind: 'exited'; readonly exitCode: number };

/** What was seen around a bad verdict, kept in the event: health log and last container log lines, redacted and bounded. */
export interface VerdictEvidence {
  readonly exitCode: number | null;
  readonly healthLog: readonly string[];
  readonly lastLogLines: readonly string[];
}
