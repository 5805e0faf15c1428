import type { CheckResult } from '../model/check.ts';
import type { Severity } from '../model/diagnostic.ts';
import { countFindings } from './checks-text.ts';

/** What `doctor --json` and `validate --json` print; either may add to it, and never takes away. */
export interface ChecksDocument {
  readonly version: 1;
  readonly command: 'doctor' | 'validate';
  /** When it was looked at, ISO 8601. */
  readonly at: string;
  /** Whether there is no error among the findings. */
  readonly ok: boolean;
  readonly counts: Readonly<Record<Severity, number>>;
  readonly checks: readonly CheckResult[];
}

/** The results for scripts. */
export function checksDocument(
  command: ChecksDocument['command'],
  { atMs, checks }: { readonly atMs: number; readonly checks: readonly CheckResult[] },
): ChecksDocument {
  const counts = countFindings(checks);
  return { version: 1, command, at: new Date(atMs).toISOString(), ok: counts.error === 0, counts, checks };
}
