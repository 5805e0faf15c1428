import type { Service } from '../../fleet/types.ts';
import type { ContainerId } from '../../model/ids.ts';
import type { WatchedContainer } from '../../model/usage.ts';
import type { ServiceConduct, WindowService } from '../../report/validation/window-types.ts';
import { answersOf } from '../baseline/baseline.ts';
import type { LineJudge } from '../logs/line-judge.ts';
import { LogScanner } from '../logs/scan-log.ts';

/** More answers than a day of looks has; the oldest go. */
const MAX_TIMES = 20_000;

interface Known {
  readonly restartCount: number;
  readonly startedAt: string | null;
}

/** What a service did in the window so far. */
export class WindowTally {
  readonly service: Service;
  readonly scanner: LogScanner;
  readonly #before: ServiceConduct | null;
  readonly #goodMs: number[] = [];
  #asked = 0;
  #restarts = 0;
  #downLooks = 0;
  #known: ReadonlyMap<ContainerId, Known> | null = null;

  constructor(
    service: Service,
    init: {
      readonly before: ServiceConduct | null;
      readonly judge: LineJudge;
      readonly contextLines: number;
      readonly redact: (text: string) => string;
    },
  ) {
    this.service = service;
    this.scanner = new LogScanner(init.judge, init);
    this.#before = init.before;
  }

  /** How it stands at a look. A container that ended, was started again or is another one counts as a restart. */
  stand(containers: readonly WatchedContainer[]): void {
    const known = this.#known;
    this.#known = new Map(containers.map(({ id, restartCount, startedAt }) => [id, { restartCount, startedAt }]));
    if (known === null || this.service.kind === 'one-shot') return;
    for (const { id, restartCount, startedAt } of containers) {
      const before = known.get(id);
      if (!before) this.#restarts += known.size > 0 ? 1 : 0;
      else if (restartCount > before.restartCount) this.#restarts += restartCount - before.restartCount;
      else if (startedAt !== before.startedAt) this.#restarts += 1;
    }
    if (known.size > 0 && !containers.some(({ state }) => state === 'running')) this.#downLooks += 1;
  }

  /** An answer; null = none, or a bad one. */
  answer(goodMs: number | null): void {
    this.#asked += 1;
    if (goodMs !== null) this.#goodMs.push(goodMs);
    if (this.#goodMs.length > MAX_TIMES) this.#goodMs.shift();
  }

  report(spanMs: number): WindowService {
    const { key, critical } = this.service;
    return {
      service: key,
      critical,
      before: this.#before,
      answers: this.#asked === 0 ? null : answersOf(this.#asked, this.#goodMs),
      logged: { spanMs, ...this.scanner.counts },
      restarts: this.#restarts,
      downLooks: this.#downLooks,
    };
  }
}
