import type { Diagnostic, Severity } from '../model/diagnostic.ts';

/** What a code stands for; `docs/validate.md` has the table of them. */
export interface CodeEntry {
  readonly severity: Severity;
  /** One sentence. */
  readonly means: string;
  /** What to do, one sentence. */
  readonly remedy: string;
}

const error = (means: string, remedy: string): CodeEntry => ({ severity: 'error', means, remedy });
const warning = (means: string, remedy: string): CodeEntry => ({ severity: 'warning', means, remedy });

/** Every finding that the checks of validate make, by its stable code. */
export const VALIDATE_CODES = {
  'container-missing': error(
    'The service has no container, though the release records one.',
    'Start it with `docker compose up -d --no-deps SERVICE`, or rebuild it.',
  ),
  'never-started': error(
    'Its container was created, but it never started.',
    'See what the engine said; start it, or rebuild the service.',
  ),
  'not-running': error('Its container has ended.', 'See its last log lines with `slipway logs SERVICE --container`.'),
  'container-paused': error('Its container is paused: it answers nobody.', 'Go on with `docker unpause CONTAINER`.'),
  restarting: error(
    'Its container ends again and again and is being restarted.',
    'See its last log lines with `slipway logs SERVICE --container`.',
  ),
  'container-dead': error(
    'The engine could not remove its container wholly, or is removing it.',
    'Remove it with `docker rm CONTAINER` and rebuild the service.',
  ),
  unhealthy: error('Docker’s own health check of the container fails.', 'See what the check said; it is in the evidence.'),
  'health-starting': warning(
    'Docker’s own health check has not come to an end since the container started.',
    'Validate again in a moment.',
  ),
  'one-shot-failed': error('A one-shot did not end with code 0.', 'See its log; run it again by naming it in a rebuild.'),
  'one-shot-running': warning('A one-shot is still at work.', 'Validate again when it is done.'),
} as const satisfies Readonly<Record<string, CodeEntry>>;

export type ValidateCode = keyof typeof VALIDATE_CODES;

/** A finding with the severity of its code. */
export function finding(code: ValidateCode, about: Omit<Diagnostic, 'code' | 'severity'>): Diagnostic {
  return { code, severity: VALIDATE_CODES[code].severity, ...about };
}
