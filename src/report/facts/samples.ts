import type { Event } from '../../journal/events.ts';
import type { ContainerId, Instant, ServiceKey } from '../../model/ids.ts';

/** How many samples and how many lines are kept of a service. */
export const DETAIL_LENGTH = 20;

/** One look at a container's health. */
export interface HealthSample {
  readonly at: Instant;
  readonly container: ContainerId;
  readonly good: boolean;
  readonly text: string;
}

/** What a run's state does not keep of a service; both oldest first, of the present or last step. */
export interface ServiceDetail {
  readonly samples: readonly HealthSample[];
  /** What its tests print. */
  readonly testLines: readonly string[];
}

const NOTHING: ServiceDetail = { samples: [], testLines: [] };

/** Keeps the newest health samples and test lines of each service beside the run's state; memory is bounded by the fleet. */
export class DetailFold {
  readonly #details = new Map<ServiceKey, ServiceDetail>();
  #lastSeq = 0;

  /** Takes one more event in; one that it already has changes nothing. */
  apply(event: Event): void {
    if (event.seq <= this.#lastSeq) return;
    this.#lastSeq = event.seq;
    if (event.type === 'health-sample') {
      const { at, container, good, text } = event;
      this.#change(event.service, ({ samples }) => ({ samples: added(samples, { at, container, good, text }) }));
    } else if (event.type === 'step-progress' && event.progress.kind === 'test') {
      const { line } = event.progress;
      this.#change(event.service, ({ testLines }) => ({ testLines: added(testLines, line) }));
    } else if (event.type === 'step-intent') this.#begin(event);
  }

  /** What is known of a service; the same object until something new is. */
  of(service: ServiceKey): ServiceDetail {
    return this.#details.get(service) ?? NOTHING;
  }

  /** What was seen of the try before says nothing of this one. */
  #begin({ service, intent }: Extract<Event, { type: 'step-intent' }>): void {
    if (intent.kind === 'test') this.#change(service, () => ({ testLines: [] }));
    if (intent.kind === 'verify' || intent.kind === 'rollback') this.#change(service, () => ({ samples: [] }));
  }

  #change(service: ServiceKey, change: (detail: ServiceDetail) => Partial<ServiceDetail>): void {
    const detail = this.of(service);
    this.#details.set(service, { ...detail, ...change(detail) });
  }
}

function added<T>(items: readonly T[], item: T): readonly T[] {
  return [...items.slice(1 - DETAIL_LENGTH), item];
}
