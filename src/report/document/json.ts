import type { Report } from './types.ts';

/** What steers a terminal and what JSON need not escape: the second set of control characters, and what turns the direction of text. */
const STEERING = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The report as JSON, as `schema/report.schema.json` describes it; ends with a newline. */
export function renderJson(report: Report): string {
  const text = JSON.stringify(report, null, 2);
  return `${text.replace(STEERING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
