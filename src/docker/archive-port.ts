import type { Readable } from 'node:stream';
import type { ContainerId, ImageId } from '../model/ids.ts';
import type { Result } from '../model/result.ts';
import type { EngineProblem } from './port.ts';

/** A layer of an image. Two images share a layer exactly when its key is equal in both. */
export interface Layer {
  readonly key: string;
  readonly sizeBytes: number;
}

/** What a named volume is made with. */
export interface VolumeSpec {
  readonly name: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
}

/** A volume as it is; `sizeBytes` null where the engine cannot tell. */
export interface VolumeInfo extends VolumeSpec {
  readonly sizeBytes: number | null;
}

/** A container of whatever project that mounts a volume; helpers of Slipway's that never start are none. */
export interface VolumeUser {
  readonly container: ContainerId;
  readonly name: string;
  readonly state: 'running' | 'paused' | 'still';
  /** The Compose project and service that it is a container of; null = something else started it, by hand or as a one-off. */
  readonly project: string | null;
  readonly service: string | null;
}

/** For what a volume is opened: names and labels of the helper container, and an image that is on the engine. */
export interface VolumeOpening {
  readonly volume: string;
  readonly image: ImageId;
  /** Id of the backup or run. */
  readonly run: string;
  /** The Compose project on whose behalf. */
  readonly project: string;
}

/** The content of a volume, while a helper container that never starts holds it. Tars have the one top folder `VOLUME_ROOT`. */
export interface OpenVolume {
  /** A tar of all that is in it, with owners, modes, symbolic and hard links. */
  read(signal: AbortSignal): Promise<Readable>;
  /** Removes all that is in it. */
  empty(): Promise<Result<null, EngineProblem>>;
  /** Adds what is in the tar. */
  write(tar: Readable, signal: AbortSignal): Promise<Result<null, EngineProblem>>;
}

/** The top folder of a volume's tar. */
export const VOLUME_ROOT = 'slipway-volume';

/**
 * What backup and restore ask of an engine beside `Engine`: images and volumes as streams, never whole in memory. Everything throws
 * EngineUnavailable when the engine cannot be used; a stream that breaks is an error of the stream.
 */
export interface EngineArchive {
  /** The layers of an image; null when it is not there. */
  layers(image: ImageId): Promise<readonly Layer[] | null>;
  /** The folder of this machine where the engine puts images together before it sends them; null = it is another machine's, or not known. */
  spoolFolder(): Promise<string | null>;
  /** One tar of all the images, each layer once. */
  saveImages(images: readonly ImageId[], signal: AbortSignal): Promise<Readable>;
  /** Puts the images of such a tar on the engine; tags do not come with them. */
  loadImages(tar: Readable, signal: AbortSignal): Promise<Result<null, EngineProblem>>;
  /** The volumes of these names that exist. */
  volumes(names: readonly string[]): Promise<readonly VolumeInfo[]>;
  /** Makes a volume; one that exists is left as it is. */
  createVolume(volume: VolumeSpec): Promise<Result<null, EngineProblem>>;
  volumeUsers(volume: string): Promise<readonly VolumeUser[]>;
  /** What Compose's containers of a project run now, by the service's name there; a service none of whose containers runs is left out. */
  runningImages(project: string): Promise<ReadonlyMap<string, ImageId>>;
  /** Works with a volume's content; the helper is gone afterwards, however it ends. */
  withVolume<T>(opening: VolumeOpening, work: (volume: OpenVolume) => Promise<T>): Promise<T>;
  /** Removes helpers that a killed backup or restore of these projects left behind. */
  clearHelpers(projects: readonly string[]): Promise<void>;
}
