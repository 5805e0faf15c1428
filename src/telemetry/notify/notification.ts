import type { NotifyOn } from '../../fleet/telemetry-types.ts';
import type { RunCommand } from '../../journal/events.ts';
import type { Instant, RunId, ServiceKey } from '../../model/ids.ts';
import type { ExitCode, RunOutcome, ServiceStatus } from '../../model/status.ts';
import { counted } from '../../util/human.ts';

/** What webhooks and commands are told, as JSON. Texts are those of the journal: without secrets, and no lines of a log. */
export interface Notification {
  readonly version: 1;
  readonly event: NotifyOn;
  /** One line that says it all. */
  readonly text: string;
  /** The names of the fleet's Compose projects. */
  readonly fleet: string;
  readonly phase: string;
  readonly run: RunId;
  readonly command: RunCommand;
  readonly at: Instant;
  readonly outcome: RunOutcome;
  /** Of the run; null while it goes on. */
  readonly exitCode: ExitCode | null;
  /** Since the run began, milliseconds. */
  readonly durationMs: number | null;
  readonly counts: NotifiedCounts;
  /** Of `wave`. */
  readonly wave: { readonly number: number; readonly of: number } | null;
  /** The services that failed or were put back for it: of `failure` the new ones, else all. */
  readonly services: readonly FailedService[];
}

interface NotifiedCounts {
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly rolledBack: number;
}

export interface FailedService {
  readonly service: ServiceKey;
  readonly status: ServiceStatus;
  /** The failure's code, as in the journal. */
  readonly code: string;
  readonly text: string;
}

/** Whether somebody who is told of these is told of this: who asked for failures hears of a failed run too. */
export function wants(on: readonly NotifyOn[], { event, outcome }: Notification): boolean {
  return on.includes(event) || (event === 'completion' && outcome === 'failed' && on.includes('failure'));
}

/** Two failures of one run that nobody has been told of yet, as one; null for anything else. */
export function merged(earlier: Notification, later: Notification): Notification | null {
  if (earlier.event !== 'failure' || later.event !== 'failure' || earlier.run !== later.run) return null;
  const services = new Map([...earlier.services, ...later.services].map((one) => [one.service, one]));
  const all = [...services.values()];
  return { ...later, services: all, text: failureLine(later, all) };
}

/** How the text of a failure reads. */
export function failureLine({ phase }: Pick<Notification, 'phase'>, services: readonly FailedService[]): string {
  const [first] = services;
  if (first && services.length === 1)
    return `${phase}: ${first.service} ${first.status === 'rolled-back' ? 'rolled back' : 'failed'}: ${first.text}`;
  return `${phase}: ${counted(services.length, 'service')} failed: ${listed(services.map(({ service }) => service))}`;
}

/** How many names a line holds. */
const MAX_NAMES = 10;

function listed(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  return more > 0 ? `${names.slice(0, MAX_NAMES).join(', ')} and ${more} more` : names.join(', ');
}
