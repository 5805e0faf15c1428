import type { ControlAction, EventBody } from '../journal/events.ts';
import type { RunId } from '../model/ids.ts';
import type { PauseGate } from '../run/executor/pause.ts';
import type { StopController } from '../run/executor/stop.ts';
import { assertNever } from '../util/assert.ts';
import { printable } from '../util/printable.ts';
import { type ControlReply, type ControlRequest, refusal } from './protocol.ts';

/** The parts of a live run that can be reached from outside. */
export interface Controlled {
  readonly run: RunId;
  readonly stop: StopController;
  readonly pause: PauseGate;
  readonly record: (body: EventBody) => Promise<void>;
}

/** Does to a live run what other processes ask for, and has the journal tell of it. */
export class RunControl {
  readonly #of: Controlled;
  #cancelled = false;

  constructor(of: Controlled) {
    this.#of = of;
  }

  /** Carries a request out; the answer comes once the journal tells of it, and even when that cannot be written. */
  async answer(request: ControlRequest): Promise<ControlReply> {
    const { run } = this.#of;
    if (request.run !== undefined && request.run !== run)
      return refusal('wrong-run', `run ${printable(request.run)} is not the one that is live; that is ${run}`);
    switch (request.action) {
      case 'status':
        return this.#standing('as-before');
      case 'pause':
        return this.#pause(request);
      case 'resume':
        return this.#resume(request);
      case 'cancel':
        return this.#cancel(request);
      default:
        return assertNever(request.action);
    }
  }

  async #pause(request: ControlRequest): Promise<ControlReply> {
    const { stop, pause } = this.#of;
    if (stop.draining.aborted) return this.#stopping();
    if (pause.isClosed) return this.#standing('as-before');
    pause.close();
    await this.#record('pause', request);
    return this.#standing('changed');
  }

  async #resume(request: ControlRequest): Promise<ControlReply> {
    const { stop, pause } = this.#of;
    if (stop.draining.aborted) return this.#stopping();
    if (!pause.isClosed) return this.#standing('as-before');
    pause.open();
    await this.#record('resume', request);
    return this.#standing('changed');
  }

  /** As a Ctrl-C: the first drains, another one interrupts builds and tests. It never kills a replace. */
  async #cancel(request: ControlRequest): Promise<ControlReply> {
    const { stop } = this.#of;
    const before = stop.level;
    const isAgain = this.#cancelled || stop.reason?.kind === 'signal';
    const now = request.now === true || isAgain;
    this.#cancelled = true;
    stop.raise(now ? 'interrupting' : 'draining', { kind: 'cancelled', by: nameOf(request) });
    if (stop.level === before) return this.#standing('as-before');
    await this.#record('cancel', request, now ? { now } : {});
    return this.#standing('changed');
  }

  #standing(after: 'changed' | 'as-before'): ControlReply {
    const { run, stop, pause } = this.#of;
    const paused = pause.isClosed && !stop.draining.aborted;
    return { ok: true, run, paused, level: stop.level, changed: after === 'changed' };
  }

  #stopping(): ControlReply {
    return refusal('run-stopping', `run ${this.#of.run} is already coming to its end`);
  }

  /** A journal that cannot be written ends the run by itself. */
  async #record(action: ControlAction, request: ControlRequest, extra: { readonly now?: true } = {}): Promise<void> {
    await this.#of.record({ type: 'control-received', action, by: nameOf(request), ...extra }).catch(() => {});
  }
}

function nameOf({ by }: ControlRequest): string {
  return printable(by);
}
