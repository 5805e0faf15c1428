import { join } from 'node:path';
import type { Layer, VolumeInfo } from '../docker/archive-port.ts';
import type { ImageInfo } from '../docker/port.ts';
import type { Fleet, Project, Service } from '../fleet/types.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ImageId, ServiceKey } from '../model/ids.ts';
import type { Observed, ObservedContainer } from '../plan/types.ts';
import { type Estimate, estimateBackup } from './estimate.ts';
import type { FileList } from './file-list.ts';
import { fromRoot } from './paths.ts';
import type { BackupId, NotSaved, SavedImage, SavedProject, SavedService, SavedVolume } from './types.ts';
import { inDependencyOrder, type UsersOf, type VolumeGroup, volumeGroups } from './volume-groups.ts';

/** What the engine and the disk say at one moment. */
export interface BackupFacts {
  readonly fleet: Fleet;
  readonly services: readonly Service[];
  readonly observed: Observed;
  /** Of every image that a container of these services runs. */
  readonly images: ReadonlyMap<ImageId, { readonly info: ImageInfo; readonly layers: readonly Layer[] }>;
  /** The volumes to save, and who mounts them. */
  readonly volumes: readonly VolumeInfo[];
  readonly users: UsersOf;
  readonly files: FileList;
}

/** What a backup will hold; nothing is decided after it. */
export interface BackupPlan {
  readonly backup: BackupId;
  /** The one it is named after. */
  readonly phase: string;
  /** Where it will be; absolute. */
  readonly folder: string;
  readonly images: readonly SavedImage[];
  readonly services: Readonly<Record<ServiceKey, SavedService>>;
  readonly projects: readonly { readonly saved: SavedProject; readonly project: Project }[];
  readonly volumes: readonly (SavedVolume & { readonly sizeBytes: number | null })[];
  readonly groups: readonly VolumeGroup[];
  readonly files: FileList['files'];
  readonly notSaved: readonly NotSaved[];
  readonly estimate: Estimate;
}

/** What a backup of these services would hold; pure. */
export function planBackup(
  facts: BackupFacts,
  to: Pick<BackupPlan, 'backup' | 'phase'> & { readonly parent: string },
): BackupPlan {
  const { fleet, observed } = facts;
  const ran = inDependencyOrder(fleet).flatMap((key) => facts.services.filter((s) => s.key === key));
  const services = ran.flatMap((service) => savedService(service, observed));
  const ids = [...new Set(services.flatMap(({ key }) => containersOf(observed, key).map((c) => c.image)))];
  const volumes = facts.volumes.map((volume) => savedVolume(volume, facts));
  return {
    backup: to.backup,
    phase: to.phase,
    folder: join(to.parent, to.backup),
    images: ids.map((id) => savedImage(id, services, facts)),
    services: Object.fromEntries(services.map(({ key, saved }) => [key, saved])),
    projects: fleet.projects
      .filter(({ name }) => services.some(({ saved }) => saved.project === name))
      .map((project) => ({ project, saved: savedProject(project, fleet.root) })),
    volumes,
    groups: volumeGroups(fleet, facts.users),
    files: facts.files.files,
    notSaved: [...facts.files.notSaved, ...withoutContainer(facts, services), ...anonymousVolumes(facts)],
    estimate: estimateBackup(
      ids.map((id) => facts.images.get(id)!.layers),
      facts.volumes,
    ),
  };
}

/** Names of the volumes that a backup was asked to hold: of all these services, or by name; an unknown name is an error. */
export function chosenVolumes(
  fleet: Fleet,
  services: readonly Service[],
  asked: { readonly all: boolean; readonly names: readonly string[] },
): { readonly names: readonly string[]; readonly problems: readonly Diagnostic[] } {
  const known = new Map(
    fleet.projects.flatMap((project) => Object.entries(volumeNames(project)).map(([key, name]) => [name, key])),
  );
  const byKey = (name: string) => [...known].filter(([, key]) => key === name).map(([engineName]) => engineName);
  const named = asked.names.map((name) => ({ name, found: known.has(name) ? [name] : byKey(name) }));
  const problems = named
    .filter(({ found }) => found.length !== 1)
    .map(({ name, found }): Diagnostic => {
      const list = (found.length > 1 ? found : [...known.keys()]).join(', ');
      const message =
        found.length > 1 ? `Several projects have a volume ${name}` : `No service of the fleet has a volume ${name}`;
      return {
        code: 'unknown-volume',
        severity: 'error',
        message,
        remedy: list === '' ? 'The fleet has none' : `There is: ${list}`,
      };
    });
  const all = asked.all ? services.flatMap((service) => serviceVolumes(fleet, service)) : [];
  return { names: [...new Set([...all, ...named.flatMap(({ found }) => found)])].sort(), problems };
}

/** Names on the engine of the named volumes that a service mounts. */
function serviceVolumes(fleet: Fleet, service: Service): readonly string[] {
  const project = fleet.projects.find((p) => p.name === service.project);
  const names = project ? volumeNames(project) : {};
  return (service.compose.volumes ?? []).flatMap((v) => (v.type === 'volume' && v.source ? [names[v.source] ?? v.source] : []));
}

function volumeNames({ name, model }: Project): Readonly<Record<string, string>> {
  const entries = Object.entries(model.volumes ?? {});
  return Object.fromEntries(entries.map(([key, volume]) => [key, volume?.name ?? `${name}_${key}`]));
}

interface Ran {
  readonly key: ServiceKey;
  readonly saved: SavedService;
}

/** What its running container has, else the newest one that is there. */
function savedService(service: Service, observed: Observed): readonly Ran[] {
  const containers = containersOf(observed, service.key);
  const first = containers.find(isUp) ?? containers.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0];
  if (!first) return [];
  const { key, project, name, image: tag, kind } = service;
  return [{ key, saved: { project, name, tag, image: first.image, state: isUp(first) ? 'running' : 'still', kind } }];
}

function containersOf(observed: Observed, key: ServiceKey): readonly ObservedContainer[] {
  return (observed.services[key]?.containers ?? []).filter((container) => !container.temporary);
}

function isUp({ state }: ObservedContainer): boolean {
  return ['running', 'restarting', 'paused'].includes(state);
}

function savedImage(id: ImageId, services: readonly Ran[], { images }: BackupFacts): SavedImage {
  const tags = services.filter(({ saved }) => saved.image === id).map(({ saved }) => saved.tag);
  return { id, tags: [...new Set(tags)].sort(), sizeBytes: images.get(id)!.info.sizeBytes };
}

function savedProject({ name, directory, files, envFiles, profiles }: Project, root: string): SavedProject {
  return {
    name,
    directory: fromRoot(root, directory),
    files: files.map((file) => fromRoot(root, file)),
    envFiles: envFiles.map((file) => fromRoot(root, file)),
    profiles,
    model: `models/${name}.json`,
    environment: null,
  };
}

function savedVolume(
  { name, driver, labels, options, sizeBytes }: VolumeInfo,
  { fleet }: BackupFacts,
): BackupPlan['volumes'][number] {
  const services = fleet.services.filter((s) => serviceVolumes(fleet, s).includes(name)).map((s) => s.key);
  return { name, driver, labels, options, sizeBytes, services, tar: `volumes/${name}.tar` };
}

function withoutContainer({ services }: BackupFacts, ran: readonly Ran[]): readonly NotSaved[] {
  return services
    .filter(({ key }) => !ran.some((one) => one.key === key))
    .map(({ key }) => ({ kind: 'no-container', service: key, what: 'it has no container' }));
}

function anonymousVolumes({ services, observed }: BackupFacts): readonly NotSaved[] {
  return services.flatMap(({ key }) =>
    containersOf(observed, key).flatMap((container) =>
      Object.entries(container.anonymousVolumes ?? {}).map(
        ([path, volume]): NotSaved => ({ kind: 'anonymous-volume', service: key, what: `${volume} at ${path}` }),
      ),
    ),
  );
}
