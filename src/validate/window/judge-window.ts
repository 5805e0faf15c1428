import type { ValidationSettings } from '../../fleet/validation-types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { errorsPerMinute, type WindowReport, type WindowService } from '../../report/validation/window-types.ts';
import { counted, humanDuration } from '../../util/human.ts';
import { finding } from '../codes.ts';

/** Fewer errors make no rate. */
const RATE_FROM = 3;
/** A difference that nobody feels is none, whatever the factor. Milliseconds. */
const FELT_MS = 100;
/** Of an answer or two no time is certain. */
const TIMES_FROM = 3;
/** A single answer that was lost is no finding, of so many. */
const LOST_OF = 10;

/** Errors, and what shows them of a service. */
export type ErrorEvidence = (service: string) => string;

/** What is worse in the window than before the run, by what was looked at. */
export interface WindowFindings {
  readonly window: readonly Diagnostic[];
  readonly answers: readonly Diagnostic[];
  readonly errors: readonly Diagnostic[];
  readonly restarts: readonly Diagnostic[];
}

/** Compares a window with how the services did before the run; without that, with what is plainly wrong. Pure. */
export function judgeWindow(report: WindowReport, settings: ValidationSettings, evidence: ErrorEvidence): WindowFindings {
  const { services } = report;
  return {
    window: aboutTheWindow(report),
    answers: services.flatMap((service) => [...(unanswered(service) ?? []), ...(slower(service, settings) ?? [])]),
    errors: services.flatMap((service) => logged(service, settings, evidence)),
    // A run that replaces a service takes it down for a moment.
    restarts: services.filter(({ service }) => !report.meanwhile?.services.includes(service)).flatMap(restarted),
  };
}

function aboutTheWindow({ ended, wantedMs, lastedMs, looks, blindLooks, meanwhile, services }: WindowReport): Diagnostic[] {
  const findings: Diagnostic[] = [];
  if (ended === 'interrupted')
    findings.push(
      finding('window-cut-short', {
        message: `You ended the window after ${humanDuration(lastedMs)} of ${humanDuration(wantedMs)}: this is how it stood`,
      }),
    );
  if (blindLooks > 0)
    findings.push(
      finding('window-blind', { message: `The engine did not answer at ${blindLooks} of ${counted(looks, 'look')}` }),
    );
  if (meanwhile) {
    const whom = meanwhile.services.length === 0 ? 'no service so far' : meanwhile.services.join(', ');
    const message = `Run ${meanwhile.run} was at work in the window and changed ${whom}: answers and errors of then are of it, too`;
    findings.push(finding('run-in-window', { message, remedy: 'Watch again when it has ended' }));
  }
  const unknown = services.filter(({ before }) => before === null).length;
  if (unknown > 0) {
    const whom = unknown === services.length ? 'any service' : `${counted(unknown, 'service')} of ${services.length}`;
    findings.push(
      finding('no-baseline', {
        message: `It was not noted how ${whom} did before the run: there is nothing to compare with`,
        remedy: 'A rebuild notes it of what it replaces, unless `validation.watch.baseline` is false',
      }),
    );
  }
  return findings;
}

function unanswered({ service, answers, before }: WindowService): Diagnostic[] | null {
  if (!answers) return null;
  const lost = answers.asked - answers.good;
  if (lost === 0 || (lost === 1 && answers.asked >= LOST_OF)) return null;
  const was = before?.answers ? `; before the run ${before.answers.good} of ${before.answers.asked} were good` : '';
  const message = `${service} answered ${answers.good} of ${counted(answers.asked, 'time')} in the window${was}`;
  return [finding('answers-lost', { service, message, remedy: `See \`slipway logs ${service} --container\`` })];
}

function slower({ service, answers, before }: WindowService, { watch, limits }: ValidationSettings): Diagnostic[] | null {
  const now = answers && answers.good >= TIMES_FROM ? answers.medianMs : null;
  if (now === null) return null;
  const was = before?.answers && before.answers.good >= TIMES_FROM ? before.answers.medianMs : null;
  const remedy = 'See what the service does; `validation.watch.latency_factor` says how much slower it may be';
  if (was !== null && now > was * watch.latencyFactor && now > was + FELT_MS)
    return [
      finding('answers-slower', {
        service,
        message: `${service} answers in ${now} ms, before the run in ${was} ms (median)`,
        remedy,
      }),
    ];
  if (now <= limits.responseTimeMs) return null;
  const limit = `the limit is ${humanDuration(limits.responseTimeMs)}`;
  return [finding('endpoint-slow', { service, message: `${service} answers in ${now} ms (median); ${limit}` })];
}

function logged(
  { service, logged: now, before }: WindowService,
  { watch }: ValidationSettings,
  evidence: ErrorEvidence,
): Diagnostic[] {
  if (!now || now.errors + now.crashes === 0) return [];
  const count = now.errors + now.crashes;
  const rate = errorsPerMinute(now);
  const was = before?.logged ? errorsPerMinute(before.logged) : null;
  const about = { service, evidence: evidence(service), remedy: `See \`slipway logs ${service} --container\`` };
  const told = `${service} logged ${counted(count, 'error')} in the window, ${rateText(rate)}`;
  if (was !== null && rate > was * watch.errorFactor && (count >= RATE_FROM || now.crashes > 0))
    return [finding('errors-rose', { ...about, message: `${told}; before the run ${rateText(was)}` })];
  if (was !== null && rate <= was * watch.errorFactor) return [];
  return [finding('errors-in-window', { ...about, message: told })];
}

function restarted({ service, restarts, downLooks }: WindowService): Diagnostic[] {
  if (restarts + downLooks === 0) return [];
  const parts = [
    ...(restarts > 0 ? [`was started again ${counted(restarts, 'time')}`] : []),
    ...(downLooks > 0 ? [`was down at ${counted(downLooks, 'look')}`] : []),
  ];
  const remedy = `See \`slipway logs ${service} --container\``;
  return [finding('fell-in-window', { service, message: `${service} ${parts.join(' and ')} in the window`, remedy })];
}

function rateText(perMinute: number): string {
  return perMinute === 0 ? 'none' : `${perMinute < 10 ? perMinute.toFixed(1) : Math.round(perMinute)} a minute`;
}
