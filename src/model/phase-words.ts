import { escapeRegExp } from '../util/escape-regexp.ts';

/** What a status file says where a phase is not complete yet, longest first. */
const OPEN_STATES = [
  'PARTIALLY COMPLETED?',
  'READY TO START',
  'NOT STARTED',
  'NOT YET STARTED',
  'NOT COMPLETED?',
  'PLAN READY',
  'IN[ -]PROGRESS',
  'ON HOLD',
  'INCOMPLETE',
  'DEFERRED',
  'UPCOMING',
  'PLANNED',
  'PENDING',
  'RUNNING',
  'STARTED',
  'BLOCKED',
  'WAITING',
  'ONGOING',
  'PARTIAL',
  'PAUSED',
  'FAILED',
  'ACTIVE',
  'READY',
  'TO ?DO',
  'OPEN',
  'TBD',
  'WIP',
];

/** Of a regular expression: one of the words for a phase that is not complete. */
export const openStatePattern = `(?:${OPEN_STATES.join('|')})`;

/** Of a regular expression: a sign that stands before or after such a word. */
export const SIGNS = '[\\u{1F300}-\\u{1FAFF}\\u2300-\\u27BF\\u2B00-\\u2BFF]\\uFE0F?';

/** Of a regular expression: `phase1` as people write it, `Phase 1`; neither `Phase 10` nor `Phase 1b` nor `Phase 1.5`. */
export function phasePattern(phase: string): string {
  const [, word, number] = /^([a-z]+)[ _-]?0*(\d+)$/i.exec(phase) ?? [];
  const name = word === undefined ? escapeRegExp(phase).replaceAll('\\-', '-') : `${word}[ _-]?0*${number}`;
  return `(?<![\\w.-])${name}(?![\\w]|[.-]\\w)`;
}
