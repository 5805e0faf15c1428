import type { Diagnostic } from '../model/diagnostic.ts';
import { SlipwayError } from './slipway-error.ts';

/** What engine, disk and journal throw carries a diagnostic; it becomes a SlipwayError, and a bug stays what it is. */
export async function withSlipwayErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const { problem, diagnostic } = (thrown ?? {}) as { problem?: Diagnostic; diagnostic?: Diagnostic };
    const carried = problem ?? diagnostic;
    if (typeof carried?.code !== 'string' || typeof carried.message !== 'string') throw thrown;
    throw new SlipwayError([{ ...carried, severity: carried.severity ?? 'error' }]);
  }
}

/** A mistake in the options of a call. */
export function misuse(message: string, remedy: string): SlipwayError {
  return new SlipwayError([{ code: 'usage', severity: 'error', message, remedy }]);
}
