import type { ImageId, ServiceKey } from '../model/ids.ts';
import type { BackupRecord, SavedFile, SavedVolume } from './types.ts';
import type { VolumeGroup } from './volume-groups.ts';

/** A file of the backup and what is at its place now. */
export interface FileFact {
  readonly file: SavedFile;
  readonly bytes: number;
  /** Null = there is none. */
  readonly now: { readonly bytes: number; readonly content: 'same' | 'other' } | null;
  /** Why it must not be written; null = it may. */
  readonly refusal: string | null;
}

/** What the machine says at one moment. */
export interface RestoreFacts {
  readonly record: BackupRecord;
  /** Of the backup's images. */
  readonly present: ReadonlySet<ImageId>;
  /** What each of the backup's tags points to now; null = nothing. */
  readonly tags: ReadonlyMap<string, ImageId | null>;
  readonly files: readonly FileFact[];
  /** Names of the backup's volumes that exist. */
  readonly volumes: ReadonlySet<string>;
  readonly groups: readonly VolumeGroup[];
  /** What runs of each service now; null = nothing does. */
  readonly running: ReadonlyMap<ServiceKey, ImageId | null>;
}

/** What the operator wants of it. */
export interface RestoreWish {
  /** Empty = all. */
  readonly services: readonly ServiceKey[];
  readonly files: 'write' | 'leave';
  readonly outside: 'write' | 'leave';
  readonly volumes: 'write' | 'leave';
}

/** What a restore will do; nothing is decided after it. */
export interface RestorePlan {
  readonly record: BackupRecord;
  /** Images that the engine does not have. */
  readonly load: readonly ImageId[];
  readonly tags: readonly { readonly tag: string; readonly image: ImageId; readonly from: ImageId | null }[];
  readonly files: readonly {
    readonly file: SavedFile;
    readonly change: 'new' | 'changed';
    readonly bytes: number;
    readonly bytesNow: number | null;
  }[];
  /** Files outside of the project dir that are left as they are. */
  readonly leftOutside: readonly string[];
  readonly volumes: readonly (SavedVolume & { readonly exists: boolean })[];
  readonly groups: readonly VolumeGroup[];
  readonly services: readonly { readonly service: ServiceKey; readonly from: ImageId | null; readonly to: ImageId }[];
  /** Services of the backup that are not put in place: jobs, and what did not run then. */
  readonly left: readonly ServiceKey[];
}

/** What a restore would do; pure. */
export function planRestore(facts: RestoreFacts, wish: RestoreWish): RestorePlan {
  const { record, present, tags, running } = facts;
  const chosen = Object.entries(record.services).filter(([key]) => wish.services.length === 0 || wish.services.includes(key));
  const placed = chosen.filter(([key, s]) => (s.kind === 'service' && s.state === 'running') || wish.services.includes(key));
  const images = new Set(chosen.map(([, service]) => service.image));
  const isWritten = ({ file }: FileFact) => (file.place === 'project' ? wish.files : wish.outside) === 'write';
  const differing = facts.files.filter(({ now }) => now?.content !== 'same');
  const volumes = wish.volumes === 'leave' ? [] : record.volumes.filter((v) => concerns(v, wish));
  const names = new Set(volumes.map((v) => v.name));
  return {
    record,
    load: [...images].filter((id) => !present.has(id)),
    tags: [...new Map(chosen.map(([, { tag, image }]) => [tag, image]))]
      .map(([tag, image]) => ({ tag, image, from: tags.get(tag) ?? null }))
      .filter(({ image, from }) => image !== from),
    files: differing.filter(isWritten).map(({ file, bytes, now }) => ({
      file,
      bytes,
      bytesNow: now?.bytes ?? null,
      change: now === null ? 'new' : 'changed',
    })),
    leftOutside: differing.filter((f) => f.file.place === 'outside' && !isWritten(f)).map(({ file }) => file.to),
    volumes: volumes.map((volume) => ({ ...volume, exists: facts.volumes.has(volume.name) })),
    groups: facts.groups.filter((group) => group.volumes.some((name) => names.has(name))),
    services: placed.map(([service, { image }]) => ({ service, from: running.get(service) ?? null, to: image })),
    left: chosen.filter((one) => !placed.includes(one)).map(([key]) => key),
  };
}

/** Files that the plan would write and must not, with why. */
export function refusedFiles(facts: RestoreFacts, plan: RestorePlan): readonly { readonly to: string; readonly why: string }[] {
  const written = new Set(plan.files.map(({ file }) => file.to));
  return facts.files.flatMap(({ file, refusal }) =>
    refusal !== null && written.has(file.to) ? [{ to: file.to, why: refusal }] : [],
  );
}

function concerns(volume: SavedVolume, { services }: RestoreWish): boolean {
  return services.length === 0 || volume.services.some((key) => services.includes(key));
}
