import type { OwnSettings } from '../docker/settings/types.ts';
import { configDigest } from '../fleet/fingerprint/config-digest.ts';
import type { Fleet, Service, StoredProject } from '../fleet/types.ts';
import type { ImageId, Instant, ServiceKey } from '../model/ids.ts';
import type { ServiceStatus } from '../model/status.ts';
import type { ObservedContainer } from '../plan/types.ts';
import { carryService } from './carry.ts';
import { compareSettings, type Drift } from './drift.ts';
import { restateService } from './restate.ts';
import type { StoredProjects } from './store.ts';
import type { Release, ReleasedService, ReleaseId } from './types.ts';

/** A release with its sealed part. */
export interface WholeRelease {
  readonly release: Release;
  readonly projects: StoredProjects;
}

/** A service as it runs, observed. */
export interface Running {
  /** In the order of their numbers; at least one. */
  readonly containers: readonly ObservedContainer[];
  /** Of each container that still exists. */
  readonly settings: readonly OwnSettings[];
  readonly status: ServiceStatus;
  /** A build's inputs by the image that came of it, as the journals know them. */
  readonly inputs: ReadonlyMap<ImageId, string | null>;
}

/** What a release is made from. */
export interface ReleaseFacts {
  readonly id: ReleaseId;
  readonly at: Instant;
  readonly origin: Release['origin'];
  readonly fleet: Fleet;
  /** Services that have a container. */
  readonly running: ReadonlyMap<ServiceKey, Running>;
  /** The projects as their files are now, with the variables that they need. */
  readonly projects: StoredProjects;
  /** Releases whose definitions may be those that run: the newest first. Empty: none, or none can be read. */
  readonly past: readonly WholeRelease[];
  /** Services that are to be in it as the newest release has them, however they run. */
  readonly frozen: ReadonlySet<ServiceKey>;
}

/** A service that runs with something else than what its project's files say. */
export interface DriftedService {
  readonly service: ServiceKey;
  readonly drift: readonly Drift[];
}

/** What was made of the facts. `files` are still to be hashed; `isNew`: the newest release does not describe the fleet like this. */
export interface ComposedRelease extends WholeRelease {
  readonly drifted: readonly DriftedService[];
  readonly isNew: boolean;
}

/** Where the definition of a service is taken from. */
type Source =
  | { readonly kind: 'files' }
  | { readonly kind: 'past'; readonly whole: WholeRelease; readonly before: ReleasedService }
  /** From the container itself. */
  | { readonly kind: 'container'; readonly own: OwnSettings; readonly drift: readonly Drift[] };

/**
 * The release that describes the fleet as it runs: each service with the definition that its container was made from, whoever made it. That
 * is what the files say now or what a release said, where that is true of the container; else the container's own settings.
 */
export function composeRelease(facts: ReleaseFacts): ComposedRelease {
  const { fleet, past } = facts;
  const projects: Record<string, StoredProject> = { ...facts.projects };
  const services: Record<ServiceKey, ReleasedService> = {};
  const drifted: DriftedService[] = [];
  for (const service of fleet.services) {
    const running = facts.running.get(service.key);
    const files = facts.projects[service.project];
    const newest = past[0];
    const before = newest?.release.services[service.key];
    if (files && newest && before && facts.frozen.has(service.key)) {
      projects[service.project] = withDefinition(projects[service.project]!, service, { kind: 'past', whole: newest, before });
      services[service.key] = before;
    }
    if (!running || !files || service.key in services) continue;
    const source = sourceOf(service, running, { files, past });
    const project = withDefinition(projects[service.project]!, service, source);
    projects[service.project] = project;
    services[service.key] = released(service, running, { source, project, newest: before });
    if (source.kind === 'container') drifted.push({ service: service.key, drift: source.drift });
  }
  const { id, at, origin } = facts;
  const release: Release = { version: 2, release: id, phase: fleet.settings.phase, at, origin, services };
  const isNew = Object.entries(services).some(([key, entry]) => !isDescribedBy(past[0]?.release, key, entry));
  return { release, projects, drifted, isNew };
}

/**
 * Some things do not show on a container (values of variables that were copied into it). So the release that already had this very container
 * is asked first, and of a new container first the files; but for one that was put back, which no file need know.
 */
function sourceOf(
  service: Service,
  running: Running,
  { files, past }: { readonly files: StoredProject; readonly past: readonly WholeRelease[] },
): Source {
  const { containers, settings, status } = running;
  const described = past.find((whole) => isTrueOf(whole, service, running));
  const before = described?.release.services[service.key];
  if (described && before) {
    const wasThere = described === past[0] && containers.every((c) => c.createdAt < described.release.at);
    if (wasThere || status === 'rolled-back') return { kind: 'past', whole: described, before };
  }
  const asFiles = driftFrom(files, service, { settings, tag: service.image });
  if (!asFiles || asFiles.drift.length === 0) return { kind: 'files' };
  return described && before ? { kind: 'past', whole: described, before } : { kind: 'container', ...asFiles };
}

/** Whether a release has the service's image, and its definition shows no drift as far as can be known. */
function isTrueOf({ release, projects }: WholeRelease, service: Service, { containers, settings }: Running): boolean {
  const before = release.services[service.key];
  const project = projects[service.project];
  if (!before || !project || before.image !== containers[0]?.image || !(service.name in project.model.services)) return false;
  return (driftFrom(project, service, { settings, tag: before.tag })?.drift.length ?? 0) === 0;
}

/** The first of the containers that is not as defined, or the first of all; null = nothing can be said of any. */
function driftFrom(
  { model }: StoredProject,
  { name }: Service,
  { settings, tag }: { readonly settings: readonly OwnSettings[]; readonly tag: string },
): { readonly own: OwnSettings; readonly drift: readonly Drift[] } | null {
  const compared = settings.flatMap((own) => {
    const found = compareSettings({ model, service: name, tag }, own);
    return found ? [{ own, drift: found.drift }] : [];
  });
  return compared.find(({ drift }) => drift.length > 0) ?? compared[0] ?? null;
}

function withDefinition(project: StoredProject, service: Service, source: Source): StoredProject {
  switch (source.kind) {
    case 'files':
      return project;
    case 'past': {
      const from = source.whole.projects[service.project];
      return from ? carryService(project, from, service.name) : project;
    }
    case 'container':
      return { ...project, model: restateService(project.model, service.name, source) };
  }
}

function released(
  service: Service,
  { containers, inputs, status, ...running }: Running,
  from: { readonly source: Source; readonly project: StoredProject; readonly newest: ReleasedService | undefined },
): ReleasedService {
  const image = containers[0]!.image;
  return {
    project: service.project,
    name: service.name,
    ...originOf(service, from),
    image,
    inputs: inputs.get(image) ?? (from.newest?.image === image ? from.newest.inputs : null),
    status,
    healthy: isHealthy(service, { containers, inputs, status, ...running }),
    files: {},
  };
}

function originOf(
  service: Service,
  { source, project }: { readonly source: Source; readonly project: StoredProject },
): Pick<ReleasedService, 'tag' | 'config' | 'configuration'> {
  switch (source.kind) {
    case 'files':
      return { tag: service.image, config: configDigest(service), configuration: 'files' };
    case 'past': {
      const { tag, config, configuration } = source.before;
      return { tag, config, configuration };
    }
    case 'container': {
      const tag = tagOf(source.own, service);
      const compose = project.model.services[service.name] ?? service.compose;
      return { tag, config: configDigest({ ...service, image: tag, compose }), configuration: 'container' };
    }
  }
}

/** The tag that the container was made from; an id, when the tag was gone already, cannot be moved to an image. */
function tagOf({ settings }: OwnSettings, service: Service): string {
  return /^(sha256:)?[0-9a-f]{64}$/.test(settings.image) || settings.image.includes('@') ? service.image : settings.image;
}

function isHealthy({ kind }: Service, { containers, status }: Running): boolean {
  return containers.every((container) => {
    if (kind === 'one-shot') return container.state === 'exited' && container.exitCode === 0;
    if (container.state !== 'running') return false;
    return (
      container.health === 'healthy' || container.health === 'none' || (container.health === 'starting' && status === 'completed')
    );
  });
}

function isDescribedBy(newest: Release | undefined, key: ServiceKey, entry: ReleasedService): boolean {
  const before = newest?.services[key];
  return before !== undefined && before.image === entry.image && before.config === entry.config && before.tag === entry.tag;
}
