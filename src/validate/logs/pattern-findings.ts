import type { Fleet } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { finding } from '../codes.ts';
import type { BadPattern } from './line-judge.ts';

/** A pattern that looked well when the configuration was loaded, and that RE2 cannot read. */
export function patternFindings(bad: readonly BadPattern[], { configFile }: Pick<Fleet, 'configFile'>): Diagnostic[] {
  return bad.map(({ pattern, why }) =>
    finding('bad-log-pattern', {
      message: `The pattern ${JSON.stringify(pattern)} of \`validation.log_errors\` cannot be used: ${why}`,
      ...(configFile !== null && { file: configFile }),
      remedy: 'Patterns are read as RE2 does: see docs/validate.md',
    }),
  );
}
