import type { ServiceKey } from '../../model/ids.ts';
import type { Engine } from '../port.ts';
import type { Behaviour } from './behaviour.ts';
import type { ComposeStage, Fault, Moment } from './faults.ts';

type OfKind<K extends Fault['fault']> = Extract<Fault, { readonly fault: K }>;
type Counted = OfKind<'build' | 'test' | 'compose'>;

/** A fault that is used up attempt by attempt. */
interface Open<F> {
  readonly fault: F;
  left: number;
}

/** What is to go wrong, and what of it has happened. */
export class FaultBook {
  readonly #counted: Open<Counted>[] = [];
  readonly #behaviours: OfKind<'behaviour'>[] = [];
  readonly #slowStops = new Map<ServiceKey, number>();
  readonly #calls: { readonly verb: keyof Engine; left: number }[] = [];
  readonly #moments: { call: number; readonly happens: () => void }[] = [];
  #calledSoFar = 0;

  /** Takes a fault in that waits to be asked for; false when it is one that happens by itself. */
  note(fault: Fault): boolean {
    switch (fault.fault) {
      case 'build':
      case 'test':
      case 'compose':
        this.#counted.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
        return true;
      case 'behaviour':
        this.#behaviours.push(fault);
        return true;
      case 'slow-stop':
        this.#slowStops.set(fault.service, fault.ms);
        return true;
      case 'call':
        this.#calls.push({ verb: fault.verb, left: fault.nth });
        return true;
      case 'registry-outage':
      case 'engine-outage':
      case 'by-hand':
        return false;
    }
  }

  /** Calls back right before the n-th call from now. */
  atCall(moment: Extract<Moment, { readonly call: number }>, happens: () => void): void {
    this.#moments.push({ call: this.#calledSoFar + moment.call, happens });
  }

  /** Counts a call; whether the engine refuses it. */
  called(verb: keyof Engine): boolean {
    this.#calledSoFar += 1;
    for (const moment of this.#moments.filter(({ call }) => call === this.#calledSoFar)) moment.happens();
    const mine = this.#calls.filter((call) => call.verb === verb);
    for (const call of mine) call.left -= 1;
    return mine.some(({ left }) => left === 0);
  }

  /** What goes wrong with this build. */
  build(service: ServiceKey): OfKind<'build'>['how'] | null {
    return this.#take('build', (fault) => fault.service === service)?.how ?? null;
  }

  test(service: ServiceKey): OfKind<'test'>['how'] | null {
    return this.#take('test', (fault) => fault.service === service)?.how ?? null;
  }

  /** What Compose meets right before a stage. */
  compose(service: ServiceKey, stage: ComposeStage): OfKind<'compose'>['how'] | null {
    return this.#take('compose', (fault) => fault.service === service && fault.before === stage)?.how ?? null;
  }

  /** How containers of a version of the service's image behave, if anything is said of it: what was said last counts. */
  behaviour(service: ServiceKey, version: number): Behaviour | null {
    const isMeant = ({ of }: OfKind<'behaviour'>) => of === version || of === (version === 1 ? 'old' : 'new');
    return this.#behaviours.findLast((fault) => fault.service === service && isMeant(fault))?.behaviour ?? null;
  }

  slowStopMs(service: ServiceKey): number | null {
    return this.#slowStops.get(service) ?? null;
  }

  #take<K extends Counted['fault']>(kind: K, isMeant: (fault: OfKind<K>) => boolean): OfKind<K> | null {
    for (const open of this.#counted) {
      if (open.left === 0 || open.fault.fault !== kind || !isMeant(open.fault as OfKind<K>)) continue;
      open.left -= 1;
      return open.fault as OfKind<K>;
    }
    return null;
  }
}
