import type { ServiceKey } from './ids.ts';

export type Severity = 'error' | 'warning' | 'info';

/** A place in a text file; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * A problem or remark with a stable code (product contract, section 6). `evidence` is what was seen (for a file: the excerpt
 * with a caret line), `remedy` is what to do next, `related` other places that take part.
 */
export interface Diagnostic {
  /** Stable, kebab-case, for example `unknown-service`. */
  readonly code: string;
  readonly severity: Severity;
  readonly service?: ServiceKey;
  /** One sentence, no trailing period. */
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly evidence?: string;
  readonly remedy?: string;
  readonly related?: readonly (Place & { readonly message: string })[];
}

/** Whether any of the diagnostics forbids going on. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === 'error');
}
