import type { ImageId, Instant, RunId, ServiceKey } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { ServiceStatus } from '../model/status.ts';
import type { RunState } from './projection.ts';
import { failureCode, tellingSettle } from './service-records.ts';
import { type ServiceState, type Settled, wasTouched } from './service-state.ts';

/** The last known status of one configured service over all runs of the phase. */
export interface PhaseService {
  readonly service: ServiceKey;
  readonly status: ServiceStatus;
  /** The run that gave the status; null = no run ever had to do with it. */
  readonly run: RunId | null;
  readonly at: Instant | null;
  readonly image: ImageId | null;
  readonly code: string | null;
}

/** What the state file says. `run` null = the phase has no run. */
export interface PhaseState {
  readonly phase: string;
  readonly run: RunId | null;
  readonly outcome: 'running' | 'done' | 'failed' | 'interrupted';
  readonly updated: Instant | null;
  readonly services: readonly PhaseService[];
}

/** The runs of a phase, and the one that is being executed now: an unfinished run that nobody executes is `interrupted`. */
export interface PhaseRuns {
  readonly phase: string;
  readonly configured: readonly ServiceKey[];
  readonly runsOldestFirst: readonly RunState[];
  readonly live: RunId | null;
}

/** The state of a phase from its journals. */
export function projectPhase({ phase, configured, runsOldestFirst, live }: PhaseRuns): PhaseState {
  const before = toldBefore(runsOldestFirst.slice(0, -1));
  return withLastRun({ phase, configured, before, last: runsOldestFirst.at(-1) ?? null, live });
}

/** What all runs but the last one say of their services: it stays the same while the last one goes on. */
export function toldBefore(runsOldestFirst: readonly RunState[]): ReadonlyMap<ServiceKey, PhaseService> {
  const known = new Map<ServiceKey, PhaseService>();
  for (const run of runsOldestFirst) tell(known, run);
  return known;
}

/** The state of a phase, given what the runs before the last one say. */
export function withLastRun(
  of: Omit<PhaseRuns, 'runsOldestFirst'> & {
    readonly before: ReadonlyMap<ServiceKey, PhaseService>;
    readonly last: RunState | null;
  },
): PhaseState {
  const { phase, configured, before, last, live } = of;
  const about = { isLive: last !== null && last.run === live, isLast: true };
  const said = (service: ServiceKey) => {
    const state = last?.services.get(service);
    return (last && state && saidBy(last, state, about)) ?? before.get(service) ?? neverRun(service);
  };
  return {
    phase,
    run: last?.run ?? null,
    outcome: last ? outcomeOf(last, live) : 'interrupted',
    updated: last?.lastAt ?? null,
    services: configured.map(said),
  };
}

/** The state file's text: a header line, one line a service, a footer line. The word `completed` stands for nothing but that status. */
export function renderStateFile(state: PhaseState): string {
  const { phase, run, outcome, updated, services } = state;
  const header = `{"version":1,"phase":${quote(phase)},"run":${quote(run)},"outcome":"${outcome}","updated":${quote(updated)},"services":{`;
  const lineOf = lineWriter();
  const lines = services.map((s, i) => (i === services.length - 1 ? lineOf(s) : `${lineOf(s)},`));
  return `${[header, ...lines, '}}'].join('\n')}\n`;
}

/** Reads a state file back; the error says what is wrong with it. */
export function parseStateFile(text: string): Result<PhaseState, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('it is no valid JSON');
  }
  const header = value as { version?: unknown; services?: unknown } | null;
  if (header?.version !== 1 || typeof header.services !== 'object' || header.services === null)
    return err('it is no state file of version 1');
  const services = Object.entries(header.services).map(([service, rest]) => ({ ...(rest as PhaseService), service }));
  if (!services.every(isPhaseService)) return err('what it says of a service is not whole');
  const { phase, run, outcome, updated } = value as PhaseState;
  const isWhole = typeof phase === 'string' && OUTCOMES.has(outcome) && [run, updated].every(isTextOrNull);
  if (!isWhole) return err('its header is not whole');
  return ok({ phase, run, outcome, updated, services });
}

function tell(known: Map<ServiceKey, PhaseService>, run: RunState): void {
  for (const state of run.services.values()) {
    const said = saidBy(run, state, { isLive: false, isLast: false });
    if (said) known.set(state.service, said);
  }
}

function saidBy(
  run: RunState,
  state: ServiceState,
  { isLive, isLast }: { isLive: boolean; isLast: boolean },
): PhaseService | null {
  const { service } = state;
  const { run: id, lastAt } = run;
  if (state.phase.kind === 'settled') {
    const settled = isLast && run.outcome !== 'abandoned' ? state.lastSettled : tellingSettle(state);
    return settled && saidOf(settled, { service, run: id });
  }
  // Planned and not settled. In a run that can still go on it is on its way; one that was given up leaves what it did not touch as it was.
  if (isLive && run.outcome === 'running') return saidUnderWay(state, run);
  const open = isLast && run.outcome !== 'abandoned';
  return open || wasTouched(state) ? { service, status: 'pending', run: id, at: lastAt, image: null, code: null } : null;
}

/** The same object for the same state, so that its line need not be written anew: of a large fleet few services move at a time. */
const SAID = new WeakMap<Settled | ServiceState, PhaseService>();

function saidOf(settled: Settled, of: Pick<PhaseService, 'service' | 'run'>): PhaseService {
  const known = SAID.get(settled);
  if (known) return known;
  const { status, at, image, failure } = settled;
  const said = { ...of, status, at, image, code: failureCode(failure) };
  SAID.set(settled, said);
  return said;
}

function saidUnderWay(state: ServiceState, { run, startedAt }: RunState): PhaseService {
  const known = SAID.get(state);
  if (known) return known;
  const status = state.phase.kind === 'waiting' ? 'pending' : 'running';
  const at = status === 'pending' ? startedAt : (state.startedAt ?? startedAt);
  const said = { service: state.service, status, run, at, image: null, code: null } as const;
  SAID.set(state, said);
  return said;
}

function outcomeOf(run: RunState, live: RunId | null): PhaseState['outcome'] {
  if (run.outcome === 'running') return run.run === live ? 'running' : 'interrupted';
  return run.outcome === 'abandoned' ? 'interrupted' : run.outcome;
}

function neverRun(service: ServiceKey): PhaseService {
  return { service, status: 'pending', run: null, at: null, image: null, code: null };
}

const LINES = new WeakMap<PhaseService, string>();

/** Lines are kept for as long as what they say. Services that nobody has come to yet all say the same, so that it is written once. */
function lineWriter(): (service: PhaseService) => string {
  let last: { readonly of: PhaseService; readonly text: string } | null = null;
  return (service) => {
    const known = LINES.get(service);
    if (known !== undefined) return known;
    if (last === null || !saysTheSame(last.of, service)) last = { of: service, text: statusText(service) };
    const line = `${quote(service.service)}:${last.text}`;
    LINES.set(service, line);
    return line;
  };
}

function saysTheSame(a: PhaseService, b: PhaseService): boolean {
  return a.status === b.status && a.run === b.run && a.at === b.at && a.image === b.image && a.code === b.code;
}

function statusText({ status, run, at, image, code }: PhaseService): string {
  return `{"status":"${status}","run":${quote(run)},"at":${quote(at)},"image":${quote(image)},"code":${quote(code)}}`;
}

/** What JSON writes as it is: names, instants and ids. */
const PLAIN = /^[\w:./-]*$/;

/** JSON in which the word is spelt with an escape, so that a service called `completed` does not count as one. */
function quote(text: string | null): string {
  if (text !== null && PLAIN.test(text) && !text.includes('completed')) return `"${text}"`;
  const json = JSON.stringify(text);
  return text?.includes('completed') ? json.replaceAll('completed', '\\u0063ompleted') : json;
}

const STATUSES: ReadonlySet<unknown> = new Set<ServiceStatus>([
  'pending',
  'running',
  'completed',
  'failed',
  'skipped',
  'rolled-back',
]);

const OUTCOMES: ReadonlySet<unknown> = new Set<PhaseState['outcome']>(['running', 'done', 'failed', 'interrupted']);

function isPhaseService({ status, run, at, image, code }: PhaseService): boolean {
  return STATUSES.has(status) && [run, at, image, code].every(isTextOrNull);
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}
