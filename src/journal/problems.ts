import type { Diagnostic } from '../model/diagnostic.ts';
import { fsTrouble } from '../util/fs-error.ts';

/** A file system error as a diagnostic: `doing` is what was tried, for example `write the journal`. */
export function fileProblem(doing: string, file: string, error: unknown): Diagnostic {
  const trouble = fsTrouble(error);
  const code = {
    full: 'disk-full',
    'read-only': 'read-only-folder',
    denied: 'no-permission',
    missing: 'file-missing',
    other: 'file-error',
  };
  return {
    code: code[trouble.kind],
    severity: 'error',
    message: `Cannot ${doing}: ${trouble.reason}`,
    file,
    remedy: trouble.remedy,
  };
}

/** The journal cannot be written any more, or what was asked of it cannot be read. Nothing more may be done in its run. */
export class JournalError extends Error {
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic, cause?: unknown) {
    super(diagnostic.message, { cause });
    this.name = 'JournalError';
    this.diagnostic = diagnostic;
  }
}
