import type { Report } from './types.ts';

/** The report as JSON, as `schema/report.schema.json` describes it; ends with a newline. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
