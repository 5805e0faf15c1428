import type { Service } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Instant } from '../../model/ids.ts';
import type { ObservedContainer } from '../../plan/types.ts';
import { mapBounded } from '../../util/bounded.ts';
import { counted } from '../../util/human.ts';
import { instantAt } from '../../util/instant.ts';
import { finding } from '../codes.ts';
import { containersOf } from '../counts.ts';
import { createLineJudge, type LineJudge } from '../logs/line-judge.ts';
import { countsText, logEvidence } from '../logs/log-evidence.ts';
import { patternFindings } from '../logs/pattern-findings.ts';
import { LogScanner } from '../logs/scan-log.ts';
import type { Looked, NotLooked, ValidateCheck, ValidateContext } from '../types.ts';

/** How many logs are read side by side: the engine reads them from its disk. */
const READ_AT_ONCE = 4;
/** Of one container: what came last tells most. */
const NEWEST_LINES = 10_000;

/** Whether containers have logged errors since the last run began. */
export const containerLogsCheck: ValidateCheck = {
  name: 'container-logs',
  title: 'Container logs since the run',
  column: 'logs',
  run: look,
};

interface ReadLog {
  readonly service: Service;
  readonly container: ObservedContainer;
}

async function look(context: ValidateContext): Promise<Looked | NotLooked> {
  const { logErrors } = context.fleet.settings.validation;
  const judge = createLineJudge(logErrors);
  if (!judge.ok) return { seen: 'not looked through', findings: patternFindings(judge.error, context.fleet), looked: [] };
  const logs = context.services.flatMap((service) =>
    containersOf(context, service)
      .filter(({ startedAt }) => startedAt !== null)
      .map((container): ReadLog => ({ service, container })),
  );
  const since = sinceTheRun(context);
  const found = await mapBounded(logs, READ_AT_ONCE, (log) => readOne(log, { context, judge: judge.value, since }));
  const lines = found.reduce((sum, one) => sum + one.lines, 0);
  return {
    seen: `${counted(lines, 'line')} of ${counted(logs.length, 'container')}`,
    findings: found.flatMap(({ findings }) => findings),
    looked: [...new Set(logs.map(({ service }) => service.key))],
  };
}

/** On the engine's clock; without a run since the fleet was recorded. */
function sinceTheRun({ runs, release, engineAheadMs }: ValidateContext): Instant | null {
  const at = runs.at(-1)?.startedAt ?? release?.at ?? null;
  return at === null ? null : instantAt(Date.parse(at) + engineAheadMs);
}

interface Reading {
  readonly context: ValidateContext;
  readonly judge: LineJudge;
  readonly since: Instant | null;
}

async function readOne(
  { service: { key: service }, container: { id, name } }: ReadLog,
  { context, judge, since }: Reading,
): Promise<{ readonly lines: number; readonly findings: readonly Diagnostic[] }> {
  const { contextLines } = context.fleet.settings.validation.logErrors;
  const scanner = new LogScanner(judge, { contextLines, redact: context.redactor.text });
  const log = context.watch.openLog(id, since);
  const read = await log.read((line) => scanner.push(line), { newest: NEWEST_LINES, signal: context.signal });
  const found = scanner.end();
  const findings: Diagnostic[] = [];
  if (!read.ok)
    findings.push(
      finding('log-unread', {
        service,
        message: `The log of ${name} cannot be read: ${read.error.message}`,
        remedy: 'Look at it where its log driver sends it',
      }),
    );
  else if (read.value === 'cut')
    findings.push(
      finding('log-cut', {
        service,
        message: `${name} wrote more than was looked through: the newest ${counted(found.lines, 'line')} were`,
        remedy: `For the rest, see \`docker logs ${name}\``,
      }),
    );
  if (found.crashes + found.errors > 0) {
    findings.push(
      finding(found.crashes > 0 ? 'log-crash' : 'log-errors', {
        service,
        message: `${name} has logged ${countsText(found)} since the run`,
        evidence: logEvidence(found),
        remedy: `See \`slipway logs ${service} --container\`; what is harmless goes to \`validation.log_errors.ignore\``,
      }),
    );
  }
  return { lines: found.lines, findings };
}
