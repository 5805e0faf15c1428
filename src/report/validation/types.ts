import type { CheckResult } from '../../model/check.ts';
import type { Severity } from '../../model/diagnostic.ts';
import type { Instant, RunId, ServiceKey } from '../../model/ids.ts';
import type { RunOutcome } from '../../model/status.ts';
import type { WindowReport } from './window-types.ts';

/** How one service came out of one check; `not-looked` = it could not be looked at. A check that has nothing to do with it gives none. */
export type Mark = 'passed' | 'info' | 'warning' | 'error' | 'not-looked';

/** A service as the checks found it. */
export interface ValidatedService {
  readonly service: ServiceKey;
  /** Null: in no category. */
  readonly category: string | null;
  readonly critical: boolean;
  /** By check. */
  readonly marks: Readonly<Record<string, Mark>>;
}

/** How many services stand as they should; `expected` is what `--expect` said. */
export interface ValidatedCounts {
  readonly services: number;
  readonly completed: number;
  readonly up: number;
  readonly expected: number | null;
}

/** What `slipway validate` found: what `--json` prints, and all other forms are made from. */
export interface Validation {
  readonly version: 1;
  readonly command: 'validate';
  readonly at: Instant;
  /** No finding is an error, and there is nothing that could not be looked at. */
  readonly ok: boolean;
  readonly phase: string;
  /** The last run of the phase; null = there is none, a release was adopted. */
  readonly run: { readonly run: RunId; readonly outcome: RunOutcome; readonly endedAt: Instant | null } | null;
  /** The newest release of the phase; null = there is none. */
  readonly release: { readonly release: RunId; readonly at: Instant; readonly origin: 'run' | 'adopted' } | null;
  readonly standing: ValidatedCounts;
  readonly counts: Readonly<Record<Severity, number>>;
  readonly checks: readonly CheckResult[];
  /** The checks that look at each service, with the head of their column. */
  readonly columns: readonly { readonly check: string; readonly heading: string }[];
  /** The critical ones first. */
  readonly services: readonly ValidatedService[];
  readonly tookMs: number;
  /** With `--watch`. */
  readonly window?: WindowReport;
}
