import { Deferred } from './deferred.ts';

/**
 * Holds every new step of a run while the operator has it paused. What has begun goes on, and so does what finishes a replace: judging it and
 * rolling back never ask here. A run that is being stopped does not wait here either: wait with `StopController.unlessDraining`.
 */
export class PauseGate {
  #opened: Deferred<void> | null = null;

  /** Whether new steps are held. */
  get isClosed(): boolean {
    return this.#opened !== null;
  }

  /** From now on new steps wait. */
  close(): void {
    this.#opened ??= new Deferred();
  }

  /** Lets go whatever waits. */
  open(): void {
    this.#opened?.resolve();
    this.#opened = null;
  }

  /** Resolves once nothing holds new steps any more. */
  async whenOpen(): Promise<'open'> {
    while (this.#opened) await this.#opened.promise;
    return 'open';
  }
}
