import { anyText, type FlagSet, one, toggle } from './flag.ts';
import { oneOf } from './values.ts';

/** The forms of a report; the words of `--format`. */
const REPORT_FORMATS = ['md', 'html', 'json', 'junit'] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

export const REPORT_FLAGS = {
  format: one('--format', '<FORMAT>', {
    says: 'md (Markdown), html (one file that needs nothing else), json or junit (default: what the name of --out ends in, else md)',
    parse: oneOf(REPORT_FORMATS),
  }),
  out: one('--out', '<FILE>', { says: 'write it to this file instead of printing it', parse: anyText }),
  completePhase: toggle(
    '--complete-phase',
    'mark the phase complete in the status file, if the newest run is done and nothing is left',
  ),
  statusFile: one('--status-file', '<FILE>', {
    says: 'of --complete-phase (default: REBUILD_STATUS.md in the project dir)',
    parse: anyText,
  }),
} satisfies FlagSet;
