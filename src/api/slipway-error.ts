import type { Diagnostic } from '../model/diagnostic.ts';
import { EXIT, type ExitCode } from '../model/status.ts';

/**
 * Why something could not be done or begun: a mistake in the options or the configuration, no engine, another run that holds the lock. What a run
 * comes to is no error but its outcome.
 */
export class SlipwayError extends Error {
  override readonly name = 'SlipwayError';
  /** The code of the first diagnostic, for example `no-project`. */
  readonly code: string;
  /** All that is wrong, at least one. */
  readonly diagnostics: readonly Diagnostic[];
  /** What the command line would have ended with. */
  readonly exitCode: ExitCode;

  constructor(diagnostics: readonly Diagnostic[], exitCode: ExitCode = EXIT.couldNotStart) {
    super(diagnostics.map(({ message }) => message).join('; ') || 'Slipway could not start');
    this.code = diagnostics[0]?.code ?? 'unknown';
    this.diagnostics = diagnostics;
    this.exitCode = exitCode;
  }
}
