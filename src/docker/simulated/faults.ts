import type { ServiceKey } from '../../model/ids.ts';
import type { Engine } from '../port.ts';
import type { Behaviour } from './behaviour.ts';

/** When something happens: so long after the host began, or at the n-th call of any verb by any session, counted from 1. */
export type Moment = { readonly ms: number } | { readonly call: number };

/** A stage of Compose's replacing of a container (traps T4), in their order. */
export type ComposeStage = 'create' | 'stop' | 'remove' | 'rename' | 'start';

/** Something that goes wrong on a simulated host, as data. `times` = the first so many attempts; null = all of them. */
export type Fault =
  /** Building or pulling a service's candidate. `registry-error` is transient, the others are not. */
  | {
      readonly fault: 'build';
      readonly service: ServiceKey;
      readonly how: 'fails' | 'times-out' | 'registry-error' | 'disk-full';
      readonly times: number | null;
    }
  /** Testing a service's candidate. */
  | {
      readonly fault: 'test';
      readonly service: ServiceKey;
      readonly how: 'fails' | 'times-out' | 'no-tests' | 'out-of-memory';
      readonly times: number | null;
    }
  /**
   * How containers of the service behave, if not well: of all images built since the host began, of those that were there then, or of one
   * version of its sources (1 was there then, each edit makes the next).
   */
  | {
      readonly fault: 'behaviour';
      readonly service: ServiceKey;
      readonly of: 'new' | 'old' | number;
      readonly behaviour: Behaviour;
    }
  /** Compose's call for a service meets an error of the engine, or its client dies, right before a stage. */
  | {
      readonly fault: 'compose';
      readonly service: ServiceKey;
      readonly before: ComposeStage;
      readonly how: 'error' | 'client-dies';
      readonly times: number | null;
    }
  /** Its containers take so long to stop, at most their grace period. */
  | { readonly fault: 'slow-stop'; readonly service: ServiceKey; readonly ms: number }
  /** The engine answers the n-th call of a verb (counted from 1) with an error of its own. */
  | { readonly fault: 'call'; readonly verb: keyof Engine; readonly nth: number }
  /** No registry answers: builds and pulls fail, transiently. */
  | { readonly fault: 'registry-outage'; readonly from: Moment; readonly forMs: number }
  /**
   * The engine is away. `restart`: its containers end, and those with a restart policy come back with it; `keep`: they run on
   * (live restore).
   */
  | { readonly fault: 'engine-outage'; readonly from: Moment; readonly forMs: number; readonly containers: 'restart' | 'keep' }
  /** Another operator, or another tool. */
  | { readonly fault: 'by-hand'; readonly at: Moment; readonly act: HandAct };

/** What others do on the same engine behind Slipway's back. */
export type HandAct =
  | { readonly act: 'untag'; readonly ref: string }
  /** Moves the service's live tag to another image, as a `docker compose build` by hand does. */
  | { readonly act: 'move-tag'; readonly service: ServiceKey }
  /** As `docker compose up --force-recreate` does; what has no container gets one. */
  | { readonly act: 'replace'; readonly service: ServiceKey }
  | { readonly act: 'stop'; readonly service: ServiceKey }
  /** `docker rm -f` of all its containers. */
  | { readonly act: 'remove'; readonly service: ServiceKey }
  /** `docker rmi -f` of what the service's containers run. */
  | { readonly act: 'remove-image'; readonly service: ServiceKey }
  /** A foreign container of that name, so that Compose meets a name conflict. */
  | { readonly act: 'take-name'; readonly name: string }
  /** A foreign program that listens on the port, so that a start meets a clash. */
  | { readonly act: 'take-port'; readonly port: number };
