import { resolve } from 'node:path';
import type { Service } from '../../fleet/types.ts';
import { serviceLogPath } from '../../journal/logs.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { RunId } from '../../model/ids.ts';
import { mapBounded } from '../../util/bounded.ts';
import { ByteLines } from '../../util/byte-lines.ts';
import { fsTrouble, isMissing } from '../../util/fs-error.ts';
import { counted } from '../../util/human.ts';
import { finding } from '../codes.ts';
import { buildLogLine } from '../logs/build-log.ts';
import { createLineJudge, type LineJudge } from '../logs/line-judge.ts';
import { countsText, logEvidence } from '../logs/log-evidence.ts';
import { type LogErrors, LogScanner } from '../logs/scan-log.ts';
import type { Looked, NotLooked, ValidateCheck, ValidateContext } from '../types.ts';

const READ_AT_ONCE = 2;
const MAX_LINE_BYTES = 64 * 1024;
const MAX_BYTES = 32 << 20;

/** Whether the logs of the last run's builds tell of errors that did not fail the build. */
export const buildLogsCheck: ValidateCheck = {
  name: 'build-logs',
  title: 'Build logs of the run',
  column: null,
  run: look,
};

async function look(context: ValidateContext): Promise<Looked | NotLooked> {
  const judge = createLineJudge(context.fleet.settings.validation.logErrors);
  // The check of the container logs tells of it.
  if (!judge.ok) return { seen: 'not looked through', findings: [], looked: [] };
  const run = context.runs.at(-1);
  const built = context.services.filter(({ key }) => run?.services.get(key)?.steps.some(({ kind }) => kind === 'build'));
  const logs = await mapBounded(built, READ_AT_ONCE, async (service) => {
    const path = pathOf(service, run!.run, context);
    return { service, path, found: await scan(path, judge.value, context) };
  });
  const read = logs.filter(({ found }) => found !== null && typeof found !== 'string');
  const findings = logs.flatMap(({ service, path, found }): Diagnostic[] => {
    if (found === null) return [];
    if (typeof found === 'string')
      return [finding('log-unread', { service: service.key, message: `The build log cannot be read: ${found}`, file: path })];
    if (found.crashes + found.errors === 0) return [];
    const message = `The build of ${service.key} logged ${countsText(found)}`;
    const remedy = `See \`slipway logs ${service.key}\`; what is harmless goes to \`validation.log_errors.ignore\``;
    return [finding('build-log-errors', { service: service.key, message, file: path, evidence: logEvidence(found), remedy })];
  });
  const seen =
    built.length === 0 ? 'the last run built nothing' : `${read.length} of ${counted(built.length, 'build')} have a log`;
  return { seen, findings, looked: [] };
}

function pathOf({ key }: Service, run: RunId, { fleet }: ValidateContext): string {
  const { settings, root, services } = fleet;
  const directory = resolve(root, settings.monitoring.logDirectory);
  const place = { directory, phase: settings.phase, run };
  return serviceLogPath(place, { service: key, kind: 'build' }, new Set(services.map((service) => service.key)));
}

/** Null = there is no log, as of a build that was taken from another service; a text = why it cannot be read. */
async function scan(path: string, judge: LineJudge, context: ValidateContext): Promise<LogErrors | string | null> {
  const { contextLines } = context.fleet.settings.validation.logErrors;
  const scanner = new LogScanner(judge, { contextLines, redact: context.redactor.text });
  const cutter = new ByteLines(MAX_LINE_BYTES);
  let bytes = 0;
  try {
    for await (const chunk of context.disk.chunks(path)) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES || context.signal.aborted) break;
      for (const line of cutter.push(chunk)) take(scanner, line.bytes.toString('utf8'));
    }
  } catch (error) {
    return isMissing(error) ? null : fsTrouble(error).reason;
  }
  return scanner.end();
}

function take(scanner: LogScanner, line: string): void {
  const text = buildLogLine(line);
  if (text !== null) scanner.push(text);
}
