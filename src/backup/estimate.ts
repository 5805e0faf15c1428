import type { Layer } from '../docker/archive-port.ts';

/** For the folders, headers and paddings of tars. */
const MARGIN = 0.05;

/** What a backup will take on the disk that it is written to, bytes. */
export interface Estimate {
  /** Each layer once. */
  readonly imagesBytes: number;
  readonly volumesBytes: number;
  /** Both and a margin. */
  readonly totalBytes: number;
  /** Volumes whose size the engine does not tell. */
  readonly unknownVolumes: readonly string[];
}

/** Adds up what the images have in layers, each counted once, and the volumes. */
export function estimateBackup(
  images: readonly (readonly Layer[])[],
  volumes: readonly { readonly name: string; readonly sizeBytes: number | null }[],
): Estimate {
  const layers = new Map(images.flat().map(({ key, sizeBytes }) => [key, sizeBytes]));
  const imagesBytes = sum([...layers.values()]);
  const volumesBytes = sum(volumes.map((v) => v.sizeBytes ?? 0));
  const totalBytes = Math.ceil((imagesBytes + volumesBytes) * (1 + MARGIN));
  return {
    imagesBytes,
    volumesBytes,
    totalBytes,
    unknownVolumes: volumes.filter((v) => v.sizeBytes === null).map((v) => v.name),
  };
}

/**
 * What has to be free in the backup's folder, and in the folder where the engine puts images together first (null = on the same disk, or
 * not known): on one disk the images are there twice for a while.
 */
export function spaceNeeded(
  estimate: Estimate,
  spool: 'same-disk' | 'other-disk' | 'not-known',
): { readonly folderBytes: number; readonly spoolBytes: number } {
  const images = Math.ceil(estimate.imagesBytes * (1 + MARGIN));
  switch (spool) {
    case 'same-disk':
      return { folderBytes: estimate.totalBytes + images, spoolBytes: 0 };
    case 'other-disk':
      return { folderBytes: estimate.totalBytes, spoolBytes: images };
    case 'not-known':
      return { folderBytes: estimate.totalBytes, spoolBytes: 0 };
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
