import type { StepFailure } from '../port.ts';

/** A step that failed for the engine or its tools, not for the service; trying again at once would not help. */
export function problemFailure(message: string): StepFailure {
  return { failure: { code: 'engine-error', message }, transient: false };
}
