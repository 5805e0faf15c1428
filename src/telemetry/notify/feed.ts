import type { Event } from '../../journal/events.ts';
import { countServices, GrowingRun, type RunState } from '../../journal/projection.ts';
import { wentBackAsPlanned } from '../../journal/service-state.ts';
import type { Instant, ServiceKey } from '../../model/ids.ts';
import { runDurationMs } from '../../report/facts/active-time.ts';
import { failureText } from '../../report/failure-text.ts';
import { humanDuration } from '../../util/human.ts';
import { epochMsOf } from '../../util/instant.ts';
import { printable } from '../../util/printable.ts';
import { type FailedService, failureLine, type Notification } from './notification.ts';

type Of<T extends Event['type']> = Extract<Event, { type: T }>;

/** Turns the events of a run into what there is to tell of them. */
export class NotificationFeed {
  readonly #fleet: string;
  readonly #growing: GrowingRun;
  /** Services of each wave that have not settled. */
  readonly #waves = new Map<number, Set<ServiceKey>>();
  readonly #wavesInAll: number;

  constructor(fleet: string, state: RunState) {
    this.#fleet = fleet;
    this.#growing = new GrowingRun(state);
    for (const { service, wave, phase } of state.services.values()) {
      const left = this.#waves.get(wave) ?? new Set();
      this.#waves.set(wave, left);
      if (phase.kind !== 'settled' || phase.status === 'pending') left.add(service);
    }
    this.#wavesInAll = this.#waves.size;
    for (const [wave, left] of this.#waves) if (left.size === 0) this.#waves.delete(wave);
  }

  /** What the event gives to tell: mostly nothing. */
  take(event: Event): readonly Notification[] {
    this.#growing.apply(event);
    switch (event.type) {
      case 'service-settled':
        return [...this.#failure(event), ...this.#wave(event)];
      case 'run-finished':
        return [this.#ended(event.at, event.outcome, printable(event.why))];
      default:
        return [];
    }
  }

  /** What there is to tell when the process ends and the record of the run has no end. */
  stopped(at: Instant): readonly Notification[] {
    if (this.#growing.state().outcome !== 'running') return [];
    const told = this.#ended(at, 'stopped', 'its record could not be written to the end');
    return [{ ...told, outcome: 'failed' }];
  }

  #failure(event: Of<'service-settled'>): readonly Notification[] {
    const failed = failedService(event.service, event);
    if (!failed) return [];
    const about = this.#about('failure', event.at);
    return [{ ...about, services: [failed], text: failureLine(about, [failed]) }];
  }

  #wave({ service, status, at }: Of<'service-settled'>): readonly Notification[] {
    const wave = [...this.#waves].find(([, left]) => left.has(service));
    if (!wave || status === 'pending') return [];
    const [number, left] = wave;
    left.delete(service);
    if (left.size > 0) return [];
    this.#waves.delete(number);
    const about = this.#about('wave', at);
    const services = [...this.#growing.state().services.values()].filter((one) => one.wave === number);
    const statuses = services.map(({ phase }) => (phase.kind === 'settled' ? phase.status : 'waiting'));
    const counts = ['completed', 'failed', 'rolled-back', 'skipped']
      .map((one) => ({ one, count: statuses.filter((status) => status === one).length }))
      .filter(({ count }) => count > 0)
      .map(({ one, count }) => `${count} ${one.replace('-', ' ')}`);
    const text = `${about.phase}: wave ${number} of ${this.#wavesInAll} done: ${counts.join(', ')}`;
    return [{ ...about, wave: { number, of: this.#wavesInAll }, services: this.#failedServices(number), text }];
  }

  #ended(at: Instant, how: string, why: string): Notification {
    const about = this.#about('completion', at);
    const took = about.durationMs === null ? '' : ` after ${humanDuration(about.durationMs)}`;
    const text = `${about.phase}: ${about.command} ${how}${took}: ${why}`;
    return { ...about, services: this.#failedServices(null), text };
  }

  #about(event: Notification['event'], at: Instant): Notification {
    const state = this.#growing.state();
    const { total, completed, failed, skipped, rolledBack } = countServices(state);
    return {
      version: 1,
      event,
      text: '',
      fleet: this.#fleet,
      phase: state.meta?.phase ?? '',
      run: state.run,
      command: state.meta?.command ?? 'rebuild',
      at,
      outcome: state.outcome,
      exitCode: state.exitCode,
      durationMs: runDurationMs(state, { live: true, nowMs: epochMsOf(at) }),
      counts: { total, completed, failed, skipped, rolledBack },
      wave: null,
      services: [],
    };
  }

  #failedServices(wave: number | null): readonly FailedService[] {
    const services = [...this.#growing.state().services.values()].filter((one) => wave === null || one.wave === wave);
    return services.flatMap(({ service, phase }) => (phase.kind === 'settled' ? (failedService(service, phase) ?? []) : []));
  }
}

/** Skipped services did not fail: what they needed did, and that is told. */
function failedService(service: ServiceKey, settled: Pick<Of<'service-settled'>, 'status' | 'failure'>): FailedService | null {
  const { status, failure } = settled;
  if (!['failed', 'rolled-back'].includes(status) || wentBackAsPlanned(settled)) return null;
  return {
    service,
    status,
    code: failure?.code ?? 'unknown',
    text: failure ? printable(failureText(failure)) : 'no reason recorded',
  };
}
