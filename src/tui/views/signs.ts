import { isActive, isTrouble, type ServiceRow } from '../../report/facts/service-row.ts';
import type { Look, Tone } from '../look.ts';

/** The sign before a service. */
export function signOf(row: ServiceRow, { glyph }: Look): string {
  switch (row.status) {
    case 'completed':
      return glyph.good;
    case 'failed':
      return glyph.bad;
    case 'rolled-back':
      return glyph.back;
    case 'skipped':
      return glyph.skipped;
    default:
      return isActive(row) ? glyph.running : glyph.waiting;
  }
}

/** How a service stands, as a tone. */
export function toneOf(row: ServiceRow): Tone {
  if (row.status === 'skipped') return 'warn';
  if (isTrouble(row)) return 'bad';
  if (row.status === 'completed' || row.status === 'rolled-back') return 'good';
  if (row.doing === 'retrying' || row.doing === 'rolling back') return 'warn';
  return isActive(row) && row.step !== null ? 'run' : 'dim';
}
