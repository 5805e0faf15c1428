import type { Event, StepFacts } from '../journal/events.ts';
import { shortId } from '../model/ids.ts';
import { assertNever } from '../util/assert.ts';
import { counted, humanDuration } from '../util/human.ts';
import { printable } from '../util/printable.ts';
import { failureText } from './failure-text.ts';

/** How an event reads for people: a service (empty for the run itself), a text, and how much it matters. */
export interface EventLine {
  readonly service: string;
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'warn' | 'plain' | 'dim';
}

/** One line for an event, or null for those that only a live display shows. */
export function eventLine(event: Event): EventLine | null {
  switch (event.type) {
    case 'run-started':
      return line('', `${startText(event)}: ${counted(event.services.length, 'service')} to do`);
    case 'run-resumed':
      return line('', `run ${event.run} goes on: ${counted(event.services.length, 'service')} left`);
    case 'run-finished':
      return line('', `run ${event.run} ${event.outcome}: ${event.why}`, event.exitCode === 0 ? 'good' : 'bad');
    case 'step-intent':
      return intentLine(event);
    case 'step-outcome':
      return outcomeLine(event);
    case 'retry-scheduled':
      return line(event.service, `try ${event.attempt} in ${humanDuration(event.delayMs)}: ${event.why}`, 'warn');
    case 'service-healthy':
      return line(event.service, `healthy${downText(event.downtimeMs)}`);
    case 'service-settled':
      return settledLine(event);
    case 'leftover-repaired':
      return line(event.service ?? '', `left over from a crash: ${event.what}; ${event.action}`, 'warn');
    case 'hook-finished':
      return event.exitCode === 0
        ? null
        : line(event.service ?? '', `hook ${event.hook} ended with ${event.exitCode ?? 'a signal'}`, 'warn');
    case 'signal-received':
      return line('', signalText(event.signal, event.meaning), 'warn');
    case 'control-received':
      return line('', controlText(event), 'warn');
    case 'notice':
      return line(event.service ?? '', event.message, event.severity === 'warning' ? 'warn' : 'plain');
    case 'step-progress':
    case 'health-sample':
      return null;
    default:
      return assertNever(event);
  }
}

/** Rebuilds are what there is, so only the others say what they are. */
function startText({ run, phase, command }: Extract<Event, { type: 'run-started' }>): string {
  return `run ${run} of phase ${phase}${command === 'rebuild' ? '' : `, a ${command}`}`;
}

function downText(downtimeMs: number | null): string {
  return downtimeMs === null ? '' : `, was down ${humanDuration(downtimeMs)}`;
}

/** What a received signal makes the run do, and what the next one will. */
function signalText(signal: string, meaning: 'drain' | 'interrupt' | 'kill'): string {
  if (meaning === 'drain')
    return `${signal}: finishing what is under way, starting nothing new; once more interrupts builds and tests`;
  if (meaning === 'interrupt') return `${signal}: ending builds and tests; once more kills at once`;
  return `${signal}: killed`;
}

function controlText({ action, by, now }: Extract<Event, { type: 'control-received' }>): string {
  switch (action) {
    case 'pause':
      return `paused by ${by}: finishing what is under way, starting nothing until slipway resume`;
    case 'resume':
      return `resumed by ${by}`;
    case 'cancel':
      return now
        ? `cancelled by ${by}: ending builds and tests`
        : `cancelled by ${by}: finishing what is under way, starting nothing new; once more interrupts builds and tests`;
    default:
      return assertNever(action);
  }
}

function line(service: string, text: string, tone: EventLine['tone'] = 'plain'): EventLine {
  return { service: printable(service), text: printable(text), tone };
}

function intentLine({ service, intent, attempt }: Extract<Event, { type: 'step-intent' }>): EventLine | null {
  const again = attempt > 1 ? ` (try ${attempt})` : '';
  switch (intent.kind) {
    case 'build':
      return line(service, `building${again}`, 'dim');
    case 'test':
      return line(service, `testing${again}`, 'dim');
    case 'replace':
      return line(service, 'replacing', 'dim');
    case 'rollback':
      return line(service, `rolling back to ${shortId(intent.image)}: ${intent.why}`, 'warn');
    case 'backup':
    case 'verify':
      return null;
    default:
      return assertNever(intent);
  }
}

function outcomeLine({ service, kind, outcome, durationMs }: Extract<Event, { type: 'step-outcome' }>): EventLine | null {
  const took = humanDuration(durationMs);
  switch (outcome.status) {
    case 'done':
      return factsLine(service, outcome.facts, took);
    case 'not-needed':
      return kind === 'replace' ? line(service, `not replaced: ${outcome.why}`) : null;
    case 'failed':
      return line(service, failureText(outcome.failure), 'bad');
    case 'interrupted':
      return line(service, `${kind} interrupted after ${took}`, 'warn');
    default:
      return assertNever(outcome);
  }
}

function factsLine(service: string, facts: StepFacts, took: string): EventLine | null {
  switch (facts.kind) {
    case 'build':
      return line(
        service,
        `built ${shortId(facts.image)} in ${took}, ${facts.cachedSteps} of ${counted(facts.totalSteps, 'step')} cached`,
      );
    case 'test':
      return facts.result === 'passed'
        ? line(service, `${facts.tests === null ? 'tests' : counted(facts.tests, 'test')} passed in ${took}`)
        : line(service, `no tests: ${facts.why}`, 'warn');
    case 'replace':
      return line(service, `replaced in ${took}`);
    case 'rollback':
      return line(service, `rolled back to ${shortId(facts.image)} and healthy, in ${took}`, 'warn');
    case 'backup':
    case 'verify':
      return null;
    default:
      return assertNever(facts);
  }
}

const TESTED = { passed: '', 'no-tests': ', has no tests', untested: ', untested' };

function settledLine(event: Extract<Event, { type: 'service-settled' }>): EventLine | null {
  const { service, status, failure, tested, downtimeMs } = event;
  switch (status) {
    case 'completed':
      return line(service, `completed${TESTED[tested]}${downText(downtimeMs)}`, 'good');
    case 'failed':
      return line(service, `failed: ${failure ? failureText(failure) : 'no reason recorded'}`, 'bad');
    case 'rolled-back':
      if (!failure) return line(service, `rolled back${downText(downtimeMs)}`, 'good');
      return line(service, `rolled back: ${failureText(failure)}`, 'bad');
    case 'skipped':
      return line(service, `skipped: ${failure ? failureText(failure) : 'not needed'}`, 'warn');
    case 'pending':
    case 'running':
      return null;
    default:
      return assertNever(status);
  }
}
