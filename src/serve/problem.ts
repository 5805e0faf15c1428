import type { Diagnostic } from '../model/diagnostic.ts';

/** HTTP statuses that problems are answered with. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 500 | 503;

/** Why a request is not served, as the page gets it. */
export interface Problem {
  readonly status: ProblemStatus;
  /** Stable, kebab-case. */
  readonly code: string;
  readonly message: string;
  readonly remedy?: string | undefined;
}

/** A problem's body: `{ok: false, code, message, remedy}`. */
export function problemBody({ code, message, remedy }: Omit<Problem, 'status'>): object {
  return { ok: false, code, message, remedy: remedy ?? null };
}

/** A diagnostic of another part as the answer to a request; paths of files stay here. */
export function problemOf({ code, message, remedy }: Diagnostic, status: ProblemStatus): Problem {
  return { status, code, message, remedy };
}
