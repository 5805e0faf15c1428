import type { Outside } from '../docker/outside-port.ts';
import type { Engine, EngineFacts, EngineProblem } from '../docker/port.ts';
import type { LoadRequest } from '../fleet/load.ts';
import type { Fleet, Service } from '../fleet/types.ts';
import type { Diagnostic, Severity } from '../model/diagnostic.ts';
import type { Result } from '../model/result.ts';
import type { Observed } from '../plan/types.ts';
import type { Clock } from '../util/clock.ts';
import type { Disk } from '../util/disk.ts';
import type { HostIdentity } from '../util/host-identity.ts';
import type { RememberedHost } from './remembered-host.ts';

/** All that checks look at. They run side by side and change nothing. */
export interface DoctorContext {
  /** The project dir, absolute; null = none was found. */
  readonly root: string | null;
  /** Null = there is none, or none was found. */
  readonly configFile: string | null;
  /** As it was asked for, to look at what is there when the configuration does not load. */
  readonly load: LoadRequest;
  /** Null exactly when something is wrong with it: `loadDiagnostics` says what. */
  readonly fleet: Fleet | null;
  /** Everything that loading the fleet had to say. */
  readonly loadDiagnostics: readonly Diagnostic[];
  /** The services that a rebuild would choose; empty without a fleet. */
  readonly selected: readonly Service[];
  /** Docker, Compose and buildx, or why they cannot be used, also when the engine does not tell its containers. */
  readonly facts: Result<EngineFacts, EngineProblem>;
  /** The fleet on the engine; null without fleet or engine. */
  readonly observed: Observed | null;
  readonly engine: Engine;
  readonly host: RememberedHost;
  /** What the operator's own checks ask of the world. */
  readonly outside: Outside;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly me: HostIdentity;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's configuration folder. */
  readonly configHome: string;
}

/** A context with a fleet that loaded. */
export interface FleetContext extends DoctorContext {
  readonly root: string;
  readonly fleet: Fleet;
}

/** A context with a fleet and what of it is on the engine. */
export interface LiveContext extends FleetContext {
  readonly observed: Observed;
  readonly facts: { readonly ok: true; readonly value: EngineFacts };
}

/** What a check saw in a few words, with its findings; or why it could not look. */
export type Looked = { readonly seen: string; readonly findings: readonly Diagnostic[] } | { readonly notChecked: string };

interface CheckHead {
  /** Stable, kebab-case, for example `disk-space`. */
  readonly name: string;
  /** For people, for example `Disk space`. */
  readonly title: string;
  /** `stops`: an error that it finds keeps a rebuild from starting; the check has to be quick then. */
  readonly rebuild: 'stops' | 'goes-on';
}

/** One thing to look at; `needs` says without what it is not asked. Throwing EngineUnavailable means "could not look". */
export type DoctorCheck =
  | (CheckHead & { readonly needs: 'nothing'; run(context: DoctorContext): Promise<Looked> })
  | (CheckHead & { readonly needs: 'engine'; run(context: DoctorContext): Promise<Looked> })
  | (CheckHead & { readonly needs: 'fleet'; run(context: FleetContext): Promise<Looked> })
  | (CheckHead & { readonly needs: 'fleet-and-engine'; run(context: LiveContext): Promise<Looked> });

/** What a finding's code stands for; `docs/doctor.md` has the same list with what to do. */
export interface FindingKind {
  readonly severity: Severity;
  readonly means: string;
  /** What to do in general; a finding says it for its case. */
  readonly remedy: string;
}
