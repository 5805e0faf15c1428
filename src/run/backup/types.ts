import type { Report } from '../../backup/events.ts';
import type { BackupPlan } from '../../backup/plan.ts';
import type { BackupRecord } from '../../backup/types.ts';
import type { EngineArchive } from '../../docker/archive-port.ts';
import type { LoadRequest } from '../../fleet/load.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ServiceKey } from '../../model/ids.ts';
import type { ExitCode } from '../../model/status.ts';
import type { RebuildDeps } from '../rebuild-types.ts';

/** What the operator asked for. */
export interface BackupRequest {
  readonly load: LoadRequest;
  /** Empty = the whole fleet. */
  readonly services: readonly ServiceKey[];
  /** `--dir`, as written; null = the configured folder. */
  readonly parent: string | null;
  /** `--phase`; null = the configured one. */
  readonly phase: string | null;
  readonly volumes: { readonly all: boolean; readonly names: readonly string[] };
  /** The command line without secrets, for the lock. */
  readonly command: string;
  readonly lockWaitMs: number;
}

/** The world that a backup is taken in. */
export interface BackupDeps
  extends Pick<RebuildDeps, 'engine' | 'clock' | 'disk' | 'source' | 'me' | 'version' | 'stop' | 'env' | 'say' | 'configHome'> {
  readonly archive: EngineArchive;
  readonly report: Report;
  /** Shows the plan to the operator before services are stopped; a diagnostic = the answer was no. */
  readonly confirm: (planned: PlannedBackup) => Promise<Diagnostic | null>;
}

/** A backup that could be taken now. */
export interface PlannedBackup {
  readonly plan: BackupPlan;
  readonly freeBytes: number;
  readonly neededBytes: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** How a backup ended. */
export type BackupResult =
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[]; readonly exitCode: ExitCode }
  | { readonly kind: 'done'; readonly folder: string; readonly record: BackupRecord; readonly exitCode: ExitCode }
  /** It was begun, and what was written of it is gone again. */
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[]; readonly exitCode: ExitCode };
