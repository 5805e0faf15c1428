import type { Fleet, Service } from '../../fleet/types.ts';
import type { ImageId, Instant, ServiceKey } from '../../model/ids.ts';
import type { ObservedService } from '../../plan/types.ts';
import type { Clock } from '../../util/clock.ts';
import type { Engine } from '../port.ts';
import type { Fault, HandAct } from './faults.ts';
import type { Life } from './life.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How long things take, milliseconds. */
export interface Durations {
  /** One call of the Engine API. */
  readonly callMs: number;
  /** Compose's client, before it does anything. */
  readonly composeMs: number;
  readonly createMs: number;
  readonly removeMs: number;
  readonly renameMs: number;
  readonly startMs: number;
  /** A container's own time to stop, when it heeds the signal. */
  readonly stopMs: number;
  readonly buildMs: number;
  /** A build of unchanged sources, all from the cache. */
  readonly cachedBuildMs: number;
  readonly pullMs: number;
  readonly testMs: number;
  /** One run of a Docker health check, or one answer of a probe. */
  readonly checkMs: number;
  /** From its start until a good container is ready. */
  readonly readyMs: number;
}

/** A simulated machine: what runs on it, and what goes wrong. */
export interface HostOptions {
  readonly fleet: Fleet;
  /** The same seed gives the same ids and the same jitter. */
  readonly seed: number;
  /** The host's clock at the beginning, milliseconds since 1970; left out: a fixed instant. */
  readonly startMs?: number;
  /** So much is the engine's clock ahead of the host's, milliseconds. */
  readonly engineAheadMs?: number;
  /** What differs from the defaults, by service; null = calls that are about none. */
  readonly durations?: (service: ServiceKey | null) => Partial<Durations>;
  /** Each duration is up to so much (0 to 1) shorter or longer; 0 when left out. */
  readonly jitter?: number;
  readonly faults?: readonly Fault[];
  /** Paths that a service's image declares as volumes, by the version of its sources; none when left out. */
  readonly imageVolumes?: (service: Service, version: number) => readonly string[];
  /** Which services have their containers at the beginning, of the images of before; left out: all of them. */
  readonly running?: (service: Service) => boolean;
}

/** One Slipway process on the host. */
export interface SimulatedSession {
  readonly engine: Engine;
  readonly clock: Clock;
  /** The process: what its files and its locks hang on. */
  readonly life: Life;
  /**
   * `kill -9`: nothing that it waits for ever comes. The engine goes on with what it has begun. `children`: what becomes of its
   * Compose and buildx calls; `go-on`, as after a kill of Slipway alone, when left out.
   */
  kill(children?: 'go-on' | 'die'): void;
}

/** A call that begins or ends, for tests that count what is under way. */
export interface SeenCall {
  readonly verb: keyof Engine;
  readonly service: ServiceKey | null;
  readonly phase: 'begins' | 'ends';
  readonly atMs: number;
}

/** How a service stands at this very moment, without a call: for what a test expects. */
export interface Standing extends ObservedService {
  /** Whether it has as many containers as it should, all of them running, well, and of the same image. */
  readonly well: boolean;
  readonly images: readonly ImageId[];
}

/** A machine with a container engine in memory. */
export interface SimulatedHost {
  readonly time: VirtualTime;
  /** A Slipway process; several can be at it at once. */
  session(): SimulatedSession;
  /** Changes a service's sources, so that its next build gives another image. */
  edit(service: ServiceKey): void;
  /** Digest of a service's sources as they are now: what a fingerprint of its inputs must tell apart. */
  sources(service: Service): string;
  /** What somebody else does, at once. */
  byHand(act: HandAct): void;
  /** Adds a fault now; its `times`, `nth` and `ms` count from now on. */
  addFault(fault: Fault): void;
  look(service: Service): Standing;
  /** The engine's clock. */
  engineNow(): Instant;
  /** Every call from now on; returns what ends it. */
  onCall(listener: (call: SeenCall) => void): () => void;
  /** What is on the engine beside the services' own containers: helpers, locks, keepers, tags by reference. For leak checks. */
  rest(): { readonly helpers: readonly string[]; readonly tags: Readonly<Record<string, ImageId>> };
}
