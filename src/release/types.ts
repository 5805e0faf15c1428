import type { ImageId, Instant, RunId, ServiceKey } from '../model/ids.ts';
import type { ServiceStatus } from '../model/status.ts';

/** A release's id: that of the run that left it, or `adopted_<YYYYMMDD_HHMMSS>`. */
export type ReleaseId = RunId;

/** What a release keeps of a service in the clear: ids and digests only. */
export interface ReleasedService {
  /** Its Compose project and its name there. */
  readonly project: string;
  readonly name: string;
  /** The tag that Compose runs. */
  readonly tag: string;
  /** What it ran when the release was taken; null = no container. */
  readonly image: ImageId | null;
  /** Of the build that made the image; null = not known. */
  readonly inputs: string | null;
  /** Digest of the rendered service that it ran with. */
  readonly config: string | null;
  /** How it settled in that run, or in the last one that had to do with it; `pending` = never. */
  readonly status: ServiceStatus;
  /** It ran well when the release was taken: a rollback may go back to it. */
  readonly healthy: boolean;
  /** Where its configuration is from: the project's files as they were, or the container itself, where the files said something else (drift). */
  readonly configuration: 'files' | 'container';
  /** SHA-256 of each regular file that is bind-mounted or a file-based secret or config, by host path; null = it was not readable. */
  readonly files: Readonly<Record<string, string | null>>;
}

/** What the fleet ran at one moment. Every service of the fleet that had a container is in it. */
export interface Release {
  readonly version: 2;
  readonly release: ReleaseId;
  readonly phase: string;
  readonly at: Instant;
  /** `adopted`: taken of a fleet that Slipway had not put in place. */
  readonly origin: 'run' | 'adopted';
  readonly services: Readonly<Record<ServiceKey, ReleasedService>>;
}
