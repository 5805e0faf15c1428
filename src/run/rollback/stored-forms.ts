import { asStored } from '../../fleet/service/as-stored.ts';
import type { Fleet, Service, StoredProject } from '../../fleet/types.ts';
import type { RunId, ServiceKey } from '../../model/ids.ts';

/** A service as a release has it. */
export interface Form {
  readonly service: Service;
  /** What Compose runs; null = the project's files say the same, so that a later plain `up` finds nothing to do. */
  readonly stored: StoredProject | null;
}

/** What is known of a release when a run needs its configurations. */
export interface OpenedRelease {
  /** The tag of each service then. */
  readonly tags: Readonly<Record<ServiceKey, string>>;
  /** Digest of the configuration of each service then; null = not known. */
  readonly configs: Readonly<Record<ServiceKey, string | null>>;
  readonly projects: Readonly<Record<string, StoredProject>>;
}

/** The configurations of the releases that a run puts back. */
export class StoredForms {
  readonly #fleet: Fleet;
  readonly #releases: ReadonlyMap<RunId, OpenedRelease>;
  readonly #configNow: (key: ServiceKey) => string | undefined;

  /** `configNow`: digest of the configuration that the project's files give a service now. */
  constructor(
    fleet: Fleet,
    releases: ReadonlyMap<RunId, OpenedRelease> = new Map(),
    configNow: (key: ServiceKey) => string | undefined = () => undefined,
  ) {
    this.#fleet = fleet;
    this.#releases = releases;
    this.#configNow = configNow;
  }

  /** The service as the release has it; null when the release was not opened for this run, or does not hold it. */
  of(service: Service, release: RunId): Form | null {
    const opened = this.#releases.get(release);
    const tag = opened?.tags[service.key];
    const project = opened?.projects[service.project];
    if (!opened || tag === undefined || !project) return null;
    const config = opened.configs[service.key] ?? null;
    if (config !== null && config === this.#configNow(service.key)) return { service, stored: null };
    const then = asStored(service, { tag, model: project.model }, this.#fleet);
    return then && { service: then, stored: project };
  }
}
