import { resolve } from 'node:path';
import { backupDemand, backupMissing } from '../../backup/required.ts';
import type { FreeSpace } from '../../docker/host-port.ts';
import type { Service } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ImageId } from '../../model/ids.ts';
import { mapBounded } from '../../util/bounded.ts';
import { counted, humanBytes } from '../../util/human.ts';
import { isLive } from '../narrow.ts';
import type { DoctorCheck, LiveContext, Looked } from '../types.ts';

/** What the contract names as enough where nobody has measured. */
const RECOMMENDED_BYTES = 10e9;
const AT_ONCE = 8;

/** Room for the candidates beside what runs, and for a backup that the configuration demands and that is not there. */
export const checkDiskSpace: DoctorCheck = {
  name: 'disk-space',
  title: 'Disk space',
  rebuild: 'stops',
  needs: 'engine',
  run: async (context) => {
    const live = isLive(context) ? context : null;
    const [host, backup] = await Promise.all([context.host.engineHost(), live && backupNeed(live)]);
    const wants = [...(live ? await imageNeeds(live, backup) : []), ...(backup === null ? [] : [backup.want])];
    const folders = [...(host.isHere ? [{ folder: host.imagesFolder, holds: 'images' as const }] : []), ...backupFolders(backup)];
    const spaces = await Promise.all(
      folders.map(async (place) => ({ ...place, space: await context.host.freeSpace(place.folder) })),
    );
    const known = spaces.filter((place): place is Place => place.space !== null);
    if (known.length === 0) return { notChecked: 'the engine runs on another machine, whose disk cannot be seen from here' };
    return looked(known, wants, context.fleet?.settings.doctor.freeSpaceBytes ?? null);
  },
};

interface Place {
  readonly folder: string;
  readonly holds: 'images' | 'backup';
  readonly space: FreeSpace;
}

/** So many bytes for something, where images live or where backups do. */
interface Want {
  readonly holds: Place['holds'];
  readonly bytes: number;
  readonly what: string;
}

/** Needs that share a file system add up. */
function looked(places: readonly Place[], wants: readonly Want[], demanded: number | null): Looked {
  const names = [...new Set(places.map(({ space }) => space.fileSystem))];
  const systems = names.map((name) => places.filter(({ space }) => space.fileSystem === name));
  const findings = systems.flatMap((sharing) => {
    const held = sharing.map(({ holds }) => holds);
    return tooSmall(
      sharing,
      wants.filter(({ holds }) => held.includes(holds)),
      demanded,
    );
  });
  const seen = systems.map(([first]) => `${humanBytes(first!.space.freeBytes)} free in ${first!.folder}`);
  return { seen: seen.join(', '), findings };
}

function tooSmall(sharing: readonly Place[], wants: readonly Want[], demanded: number | null): Diagnostic[] {
  const { folder, space } = sharing[0]!;
  const holdsImages = sharing.some(({ holds }) => holds === 'images');
  const estimated = wants.reduce((sum, { bytes }) => sum + bytes, 0);
  // Nobody knows beforehand how much of an image is new: whoever has measured it says so, and is believed.
  const needed = (holdsImages ? demanded : null) ?? estimated;
  const evidence = [
    `${humanBytes(space.freeBytes)} free of ${humanBytes(space.totalBytes)}`,
    ...wants.map(({ bytes, what }) => `${humanBytes(bytes)} ${what}`),
    ...(holdsImages && demanded !== null ? [`${humanBytes(demanded)} wanted by doctor.free_space`] : []),
  ].join('\n');
  const free = 'free some: docker system df shows what takes it, slipway clean removes what is past its keep';
  const remedy = holdsImages ? `${free}; or say in doctor.free_space what is enough` : free;
  if (space.freeBytes < needed) {
    const message = `The disk of ${folder} has ${humanBytes(space.freeBytes)} free, and ${humanBytes(needed)} are needed`;
    return [{ code: 'disk-space-short', severity: 'error', message, file: folder, evidence, remedy }];
  }
  if (!holdsImages || demanded !== null || space.freeBytes >= RECOMMENDED_BYTES) return [];
  const message = `The disk of ${folder} has ${humanBytes(space.freeBytes)} free; ${humanBytes(RECOMMENDED_BYTES)} are recommended`;
  return [{ code: 'disk-space-low', severity: 'warning', message, file: folder, evidence, remedy }];
}

/** What is built anew lies beside what runs until the run is over; layers that images share count once. */
async function imageNeeds(context: LiveContext, backup: BackupNeed | null): Promise<Want[]> {
  const built = context.selected.filter(({ build }) => build !== null);
  const bytes = await layerBytes(imagesOf(built, context), context);
  const candidates: Want = {
    holds: 'images',
    bytes,
    what: `for new images, if all of ${counted(built.length, 'service')} change wholly`,
  };
  // The engine puts a backup's images together on its own disk before it sends them.
  const spool: Want[] =
    backup === null
      ? []
      : [{ holds: 'images', bytes: backup.want.bytes, what: 'while the engine puts the images of the backup together' }];
  return [candidates, ...spool];
}

interface BackupNeed {
  readonly folder: string;
  readonly want: Want;
}

/** Null = none is demanded, or there is one that is young enough. */
async function backupNeed(context: LiveContext): Promise<BackupNeed | null> {
  const { root, fleet, clock, observed, selected } = context;
  const demand = await backupDemand(root, fleet.settings, clock.now());
  const running = selected.filter(({ key }) => (observed.services[key]?.containers.length ?? 0) > 0);
  const isMissing =
    backupMissing(
      demand,
      running.map(({ key }) => key),
    ) !== null;
  if (!isMissing) return null;
  const bytes = await layerBytes(imagesOf(fleet.services, context), context);
  const what = 'for the images of the backup that backup.required asks for; volumes come on top';
  return { folder: resolve(root, fleet.settings.backup.directory), want: { holds: 'backup', bytes, what } };
}

function backupFolders(backup: BackupNeed | null): { readonly folder: string; readonly holds: 'backup' }[] {
  return backup === null ? [] : [{ folder: backup.folder, holds: 'backup' }];
}

/** What runs, else what the tag points to. */
function imagesOf(services: readonly Service[], { observed }: LiveContext): readonly ImageId[] {
  const images = services.flatMap(({ key }) => {
    const { containers = [], tagImage = null } = observed.services[key] ?? {};
    const running = containers.map(({ image }) => image);
    return running.length > 0 ? running : tagImage === null ? [] : [tagImage];
  });
  return [...new Set(images)];
}

async function layerBytes(images: readonly ImageId[], { host }: LiveContext): Promise<number> {
  const layers = (await mapBounded(images, AT_ONCE, (image) => host.layers(image))).flatMap((found) => found ?? []);
  const sizes = new Map(layers.map(({ key, sizeBytes }) => [key, sizeBytes]));
  return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
}
