import type { Outside } from '../docker/outside-port.ts';
import type { Engine } from '../docker/port.ts';
import type { FleetWatch } from '../docker/watch-port.ts';
import type { FleetSource } from '../fleet/fleet-source.ts';
import type { LoadRequest } from '../fleet/load.ts';
import type { Fleet, Service } from '../fleet/types.ts';
import type { RunState } from '../journal/projection.ts';
import type { Redactor } from '../journal/redact.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ServiceKey } from '../model/ids.ts';
import type { Result } from '../model/result.ts';
import type { FleetSample } from '../model/usage.ts';
import type { Observed } from '../plan/types.ts';
import type { StoredProjects } from '../release/store.ts';
import type { Release } from '../release/types.ts';
import type { Clock } from '../util/clock.ts';
import type { Disk } from '../util/disk.ts';
import type { Host } from '../util/host-identity.ts';
import type { Expected } from './expected.ts';

/** What the operator asked for. */
export interface ValidateRequest {
  readonly load: LoadRequest;
  /** Names as written; empty = the whole fleet. */
  readonly services: readonly string[];
  readonly categories: readonly string[];
  /** `--expect N`: so many services have to be completed and up. */
  readonly expect: number | null;
}

/** The world that is looked at; nothing of it is changed. */
export interface ValidateDeps {
  readonly engine: Engine;
  /** Opens the watch of the fleet's containers. */
  readonly watch: (fleet: Fleet) => FleetWatch;
  /** What the operator's own checks ask of this machine. */
  readonly outside: Outside;
  readonly disk: Disk;
  readonly source: FleetSource;
  readonly clock: Clock;
  readonly me: Host;
  /** The user's configuration folder, where the key of the releases is kept. */
  readonly configHome: string;
  /** Ends all that takes time. */
  readonly signal: AbortSignal;
}

/** What a check looks at: gathered once for all of them. */
export interface ValidateContext extends Omit<ValidateDeps, 'watch' | 'me'> {
  readonly watch: FleetWatch;
  readonly fleet: Fleet;
  /** What loading the fleet remarked. */
  readonly loadDiagnostics: readonly Diagnostic[];
  /** The services that are validated: critical ones first, then in the order of the fleet. */
  readonly services: readonly Service[];
  /** Whether that is all of the fleet: only then what belongs to no service is looked at. */
  readonly scope: 'fleet' | 'chosen';
  readonly expect: number | null;
  /** All runs of the phase, oldest first; none is going on. */
  readonly runs: readonly RunState[];
  /** Who holds the lock, though no run is going on: a backup, for example; null = nobody. */
  readonly holder: string | null;
  /** Runs and releases that cannot be read. */
  readonly historyProblems: readonly Diagnostic[];
  /** The newest release of the phase; null = there is none that can be read. */
  readonly release: Release | null;
  /** What each service of the fleet should run. */
  readonly expected: ReadonlyMap<ServiceKey, Expected>;
  /** The newest release's projects, opened; null = there is no release. */
  readonly stored: Result<StoredProjects, Diagnostic> | null;
  /** The services that are validated as the release has them; where it has none, or it cannot be opened, as their files say. */
  readonly recorded: ReadonlyMap<ServiceKey, Service>;
  readonly observed: Observed;
  /** All containers of the fleet's projects, also of services that the fleet has not. */
  readonly sample: FleetSample;
  /** How far the engine's clock is ahead of this machine's, milliseconds. */
  readonly engineAheadMs: number;
  readonly redactor: Redactor;
}

/** What a check saw. */
export interface Looked {
  /** In a few words, for example `38 of 40 up`. */
  readonly seen: string;
  readonly findings: readonly Diagnostic[];
  /** The services that it had something to look at in: they get a mark in its column. */
  readonly looked: readonly ServiceKey[];
}

/** Why a check could not look. */
export interface NotLooked {
  readonly notLooked: string;
}

/** One thing that is looked at after a run. */
export interface ValidateCheck {
  /** Stable, kebab-case. */
  readonly name: string;
  readonly title: string;
  /** The head of its column in the table of services, six characters at the most; null = it has none. */
  readonly column: string | null;
  /** Throws EngineUnavailable when the engine is lost meanwhile. */
  run(context: ValidateContext): Promise<Looked | NotLooked>;
}
