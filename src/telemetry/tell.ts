import type { Diagnostic } from '../model/diagnostic.ts';
import { counted } from '../util/human.ts';
import type { LaneReport } from './outbox/lane.ts';
import { type Destination, nameOf } from './outbox/letter.ts';

/** What becomes of what still waits. */
type Rest = 'in-background' | 'given-up';

/** One line for each destination where something was not delivered; none when all went well. */
export function reportsToTell(reports: readonly LaneReport[], rest: Rest): readonly Diagnostic[] {
  return reports.flatMap((report) => {
    const lost = report.lost + (rest === 'given-up' ? report.waiting.length : 0);
    const waiting = rest === 'given-up' ? 0 : report.waiting.length;
    const remark = report.remark === null ? [] : [warning('not-taken', `${nameOf(report.destination)}: ${report.remark}`)];
    return [...remark, ...(lost > 0 ? [lostLine(report, lost)] : []), ...(waiting > 0 ? [waitingLine(report, waiting)] : [])];
  });
}

/** What is said at the start of a run of a destination that cannot be used. */
export function unusableDestination(destination: Destination, why: string): Diagnostic {
  return { ...warning('not-delivered', `${nameOf(destination)} will not be told of this run: ${why}`), remedy: REMEDY };
}

const REMEDY = 'the run goes on without it; see docs/telemetry.md';

function lostLine({ destination, why }: LaneReport, lost: number): Diagnostic {
  return warning(
    'not-delivered',
    `${nameOf(destination)} was not told of this run: ${things(destination, lost)} not delivered: ${why || 'no answer'}`,
  );
}

function waitingLine({ destination, why }: LaneReport, waiting: number): Diagnostic {
  const so = `${things(destination, waiting)} not delivered yet${why && ` (${why})`}`;
  return warning('not-delivered', `${nameOf(destination)}: ${so}; it is tried for five more minutes in the background`);
}

function things(destination: Destination, count: number): string {
  return destination.kind === 'otlp' ? counted(count, 'part of the trace', 'parts of the trace') : counted(count, 'notification');
}

function warning(code: string, message: string): Diagnostic {
  return { code, severity: 'warning', message };
}
