import type { HttpBindings } from '@hono/node-server';
import type { FleetWatch } from '../docker/watch-port.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { RunId, ServiceKey } from '../model/ids.ts';
import type { Result } from '../model/result.ts';
import type { FleetSample } from '../model/usage.ts';
import type { Clock } from '../util/clock.ts';
import type { Disk } from '../util/disk.ts';
import type { HostIdentity } from '../util/host-identity.ts';
import type { Feeds } from './feeds.ts';
import type { History } from './history.ts';
import type { KnownRuns } from './known-runs.ts';
import type { Listening } from './listening.ts';
import type { PageAssets } from './page-assets.ts';
import type { Sampler } from './sampler.ts';
import type { Streams } from './streams.ts';

/** The fleet that is shown. Paths are absolute. */
interface ServedFleet {
  readonly root: string;
  readonly phase: string;
  /** What operators call it. */
  readonly name: string;
  /** `monitoring.log_directory` */
  readonly logDirectory: string;
  /** `monitoring.state_file` */
  readonly stateFile: string;
}

/** Puts services back in a process of its own. Resolves with its run (null: there was nothing to put back), or with its refusal. */
export type RollBack = (services: readonly ServiceKey[]) => Promise<Result<{ readonly run: RunId | null }, Diagnostic>>;

/** The text of `/metrics`. */
type MetricsOf = (sample: FleetSample) => Promise<string>;

/** What a server is given. */
export interface ServeOptions {
  readonly fleet: ServedFleet;
  readonly version: string;
  readonly host: string;
  /** 0 = any that is free. */
  readonly port: number;
  readonly token: string;
  readonly refreshMs: number;
  readonly assets: PageAssets;
  readonly watch: Pick<FleetWatch, 'sample' | 'readLog'>;
  readonly rollBack: RollBack;
  /** Null = switched off. */
  readonly metrics: MetricsOf | null;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly me: HostIdentity;
  /** Told of a bug while a request was served; the server goes on. */
  readonly onBug: (error: unknown) => void;
}

/** What requests are served with. */
export interface ServeContext extends ServeOptions {
  readonly listening: Listening;
  readonly feeds: Feeds;
  readonly sampler: Sampler;
  readonly history: History;
  readonly known: KnownRuns;
  readonly streams: Streams;
  /** Aborts when the server closes. */
  readonly closing: AbortSignal;
}

/** What Hono knows of each request. */
export interface ServeEnv {
  Bindings: HttpBindings;
}
