import type { MaxFailures, Settings } from '../fleet/types.ts';
import type { PlanOptions } from '../plan/types.ts';

/** `--max-failures N|N%`; null when it is neither. */
export function parseMaxFailures(text: string): MaxFailures | null {
  const match = /^(\d{1,6})(%?)$/.exec(text);
  if (!match) return null;
  const value = Number(match[1]);
  if (match[2] === '%') return value <= 100 ? { percent: value } : null;
  return { count: value };
}

/** What the run was started with, else what is configured. */
export function maxFailuresOf(options: Pick<PlanOptions, 'maxFailures'>, settings: Pick<Settings, 'batch'>): MaxFailures | null {
  return options.maxFailures === null ? settings.batch.maxFailures : parseMaxFailures(options.maxFailures);
}
