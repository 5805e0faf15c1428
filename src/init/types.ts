import type { Risk, Stack } from '../fleet/types.ts';
import type { ServiceKey } from '../model/ids.ts';

/** A choice with what it rests on, in a few words for a comment. */
export interface Reasoned<T> {
  readonly value: T;
  readonly why: string;
}

/** How Slipway is to ask a service; `default` = nothing is written, and nothing is asked as it publishes no port. */
export type ProposedHealth =
  | { readonly kind: 'default' }
  | { readonly kind: 'none' }
  | { readonly kind: 'http'; readonly path: string }
  | { readonly kind: 'tcp'; readonly port: number };

/** One entry of a category. */
export interface ProposedService {
  readonly key: ServiceKey;
  readonly stack: Stack;
  /** Null = left out: there is none, or the Compose file takes it from a variable and is the one place to say it. */
  readonly port: number | null;
  readonly health: ProposedHealth;
  readonly critical: boolean;
  readonly kind: 'one-shot' | null;
  /** A stage of the Dockerfile that is made for tests. */
  readonly testTarget: string | null;
  /** What a reader may wonder about, for the comment. */
  readonly notes: readonly string[];
}

export interface ProposedCategory {
  readonly name: string;
  readonly description: string;
  readonly risk: Reasoned<Risk>;
  /** Why its services belong together. */
  readonly why: string;
  readonly services: readonly ProposedService[];
}

/** A Compose project as it is written down; null or empty = left out. */
export interface ProposedProject {
  readonly name: string | null;
  readonly directory: string | null;
  readonly files: readonly string[];
  readonly profiles: readonly string[];
  readonly envFiles: readonly string[];
}

/** A configuration with its reasons, before it is text. */
export interface Proposal {
  readonly phase: string;
  readonly projects: readonly ProposedProject[];
  readonly categories: readonly ProposedCategory[];
  /** Services in no category, and why. */
  readonly left: readonly { readonly key: ServiceKey; readonly why: string }[];
}
