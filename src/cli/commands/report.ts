import { resolve } from 'node:path';
import { fileProblem } from '../../journal/problems.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import { renderHtml } from '../../report/document/html.ts';
import { renderJson } from '../../report/document/json.ts';
import { renderJunit } from '../../report/document/junit.ts';
import { renderMarkdown } from '../../report/document/markdown.ts';
import type { Report } from '../../report/document/types.ts';
import { assertNever } from '../../util/assert.ts';
import { nodeDisk } from '../../util/node-disk.ts';
import type { Call } from '../command.ts';
import { completePhase } from '../complete-phase.ts';
import { locateHistory } from '../fleet-history.ts';
import { loadReport } from '../load-report.ts';
import { complain } from '../look.ts';
import type { REPORT_FLAGS, ReportFormat } from '../options/report.ts';

type ReportCall = Call<typeof REPORT_FLAGS>;

/** `slipway report` */
export async function runReport(call: ReportCall): Promise<ExitCode> {
  const { args, values, world } = call;
  const refuse = (problems: readonly Diagnostic[]) => {
    complain(world, problems, values);
    return EXIT.couldNotStart;
  };
  const place = await locateHistory(values, world);
  if (!place.ok) return refuse(place.error);
  const loaded = await loadReport(place.value, { run: args[0] ?? null, world, values });
  if (!loaded.ok) return refuse(loaded.error);
  const { report, diagnostics } = loaded.value;
  complain(world, diagnostics, values);
  if (!values.completePhase) return writeReport(report, call);
  const done = await completePhase(loaded.value, { root: place.value.root, file: values.statusFile, world });
  if (!done.ok) return refuse([done.error]);
  world.err.write(`${done.value}\n`);
  return values.format === null && values.out === null ? EXIT.done : writeReport(report, call);
}

async function writeReport(report: Report, { values, world }: ReportCall): Promise<ExitCode> {
  const text = render(report, formatOf(values));
  if (values.out === null) {
    world.out.write(text);
    return EXIT.done;
  }
  const path = resolve(world.cwd, values.out);
  try {
    // What a log holds that no redactor knows may still be a secret.
    await nodeDisk.replace(path, text, { mode: 0o600, durability: 'relaxed' });
  } catch (error) {
    complain(world, [fileProblem('write the report', path, error)], values);
    return EXIT.couldNotStart;
  }
  return EXIT.done;
}

const BY_ENDING: readonly (readonly [RegExp, ReportFormat])[] = [
  [/\.html?$/i, 'html'],
  [/\.json$/i, 'json'],
  [/\.xml$/i, 'junit'],
];

function formatOf({ format, out, output }: ReportCall['values']): ReportFormat {
  if (format !== null) return format;
  const byName = BY_ENDING.find(([ending]) => out !== null && ending.test(out))?.[1];
  return byName ?? (output === 'json' ? 'json' : 'md');
}

function render(report: Report, format: ReportFormat): string {
  switch (format) {
    case 'md':
      return renderMarkdown(report, 'full');
    case 'html':
      return renderHtml(report);
    case 'json':
      return renderJson(report);
    case 'junit':
      return renderJunit(report);
    default:
      return assertNever(format);
  }
}
