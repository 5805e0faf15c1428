import type { FindingKind } from './types.ts';

/** Every finding of doctor by its stable code; `docs/doctor.md` has them with their remedies, and a test compares the two. */
export const DOCTOR_CODES: Readonly<Record<string, FindingKind>> = {
  'no-engine': { severity: 'error', means: 'no Docker engine answers' },
  'no-permission': { severity: 'error', means: 'the engine does not let this user in' },
  'not-installed': { severity: 'error', means: 'docker, Compose or buildx is missing or does not run' },
  'too-old': { severity: 'error', means: 'Compose or buildx cannot do what Slipway asks of it' },
  'engine-error': { severity: 'error', means: 'the engine or a tool answered with an error' },
  'engine-too-old': { severity: 'error', means: 'the engine is older than Docker 20.10' },
};
