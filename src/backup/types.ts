import type { VolumeSpec } from '../docker/archive-port.ts';
import type { ImageId, Instant, ServiceKey } from '../model/ids.ts';

/** A backup's id and the name of its folder: `<phase>_<YYYYMMDD_HHMMSS>`. */
export type BackupId = string;

/** An image that a service's containers ran, and the tags by which Compose finds it. */
export interface SavedImage {
  readonly id: ImageId;
  readonly tags: readonly string[];
  /** As the engine tells it, shared layers included. */
  readonly sizeBytes: number;
}

/** A service as it was. */
export interface SavedService {
  readonly project: string;
  readonly name: string;
  /** The tag that Compose runs. */
  readonly tag: string;
  /** What its container ran. */
  readonly image: ImageId;
  /** `still`: its container was there and did not run. */
  readonly state: 'running' | 'still';
  readonly kind: 'service' | 'one-shot';
}

/** A Compose project; paths from the project dir, or absolute where they lead out of it. */
export interface SavedProject {
  readonly name: string;
  readonly directory: string;
  readonly files: readonly string[];
  readonly envFiles: readonly string[];
  readonly profiles: readonly string[];
  /** Its rendered model, from the backup's folder. */
  readonly model: string;
  /** Values of variables that its secrets and configs are made from, from the backup's folder; null = it has none. */
  readonly environment: string | null;
}

/** A named volume's content: `tar` from the backup's folder, its entries below one top folder. */
export interface SavedVolume extends VolumeSpec {
  readonly tar: string;
  readonly services: readonly ServiceKey[];
}

/** A volume as it is shown: what its driver is given may hold a password (of a network share) and is only in the backup. */
export function shownVolume<T extends SavedVolume>({ options: _, ...volume }: T): Omit<T, 'options'> {
  return volume;
}

/** A file of the project: `from` in the backup's folder, `to` in the project dir, or absolute where it is outside of it. */
export interface SavedFile {
  readonly from: string;
  readonly to: string;
  readonly place: 'project' | 'outside';
  /** Permission bits. */
  readonly mode: number;
}

/** What is part of the fleet and not part of the backup. */
export interface NotSaved {
  readonly kind: 'anonymous-volume' | 'bind-mount' | 'no-container' | 'file';
  readonly service: ServiceKey | null;
  /** The volume with its path in the container, the path on the host, or why. */
  readonly what: string;
}

/** A file of the backup's folder. */
export interface Content {
  readonly path: string;
  readonly bytes: number;
}

/** `backup.json`: all that a backup holds; of secrets only what a volume's driver is given. */
export interface BackupRecord {
  readonly version: 1;
  readonly backup: BackupId;
  /** The one it is named after: the configured one unless another was given. */
  readonly phase: string;
  readonly at: Instant;
  readonly slipway: string;
  readonly engine: { readonly docker: string; readonly compose: string; readonly buildx: string };
  /** The project dir then; absolute. */
  readonly root: string;
  readonly images: readonly SavedImage[];
  /** By key, in dependency order: who is needed stands before who needs it. */
  readonly services: Readonly<Record<ServiceKey, SavedService>>;
  readonly projects: readonly SavedProject[];
  readonly volumes: readonly SavedVolume[];
  readonly files: readonly SavedFile[];
  readonly notSaved: readonly NotSaved[];
  /** Every other file of the folder but `SHA256SUMS`. */
  readonly contents: readonly Content[];
}
