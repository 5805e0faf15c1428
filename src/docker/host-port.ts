import type { ContainerId, ImageId } from '../model/ids.ts';
import type { Result } from '../model/result.ts';
import type { Layer } from './archive-port.ts';
import type { EngineProblem } from './port.ts';

/** The machine that the engine runs on, as the engine tells it. */
export interface EngineHost {
  readonly version: string;
  /** The newest Engine API that it speaks, for example `1.45`. */
  readonly apiVersion: string;
  /** What a plain `docker build` uses there. */
  readonly defaultBuilder: 'buildkit' | 'classic' | 'unknown';
  readonly os: string;
  readonly storageDriver: string;
  /** Where volumes live, and images unless containerd keeps them; on the engine's machine. */
  readonly rootFolder: string;
  /** Where images and what containers write live. */
  readonly imagesFolder: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly rootless: boolean;
  /** Whether it runs on this machine, so that its folders are ours to look at. */
  readonly isHere: boolean;
  /** Whether this process sees the network that its published ports are bound in. */
  readonly sharesNetwork: boolean;
}

/** The space of the file system that a folder is on, as an ordinary user may use it. */
export interface FreeSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Equal for folders that share their space. */
  readonly fileSystem: string;
}

export type PortProtocol = 'tcp' | 'udp';

/** A socket of this machine that waits for others. */
export interface Listener {
  readonly protocol: PortProtocol;
  /** `0.0.0.0`, `::`, or an address. */
  readonly address: string;
  readonly port: number;
  /** By which its process is found. */
  readonly inode: string;
}

/** A process of this machine; `name` null = it does not say. */
export interface Program {
  readonly pid: number;
  readonly name: string | null;
  /** The container that it runs in, as its control group tells; null = in none, or it does not say. */
  readonly container: ContainerId | null;
}

/** A host port that a running container has. */
export interface HeldPort {
  readonly protocol: PortProtocol;
  readonly address: string;
  readonly port: number;
}

/** A container of whatever project. */
export interface HostContainer {
  readonly id: ContainerId;
  readonly name: string;
  /** The Compose project and service that it is a container of; null = neither. */
  readonly project: string | null;
  readonly service: string | null;
  /** What it was made from, as the engine names it now: a tag, or an id once the tag has moved. */
  readonly image: string;
  readonly isRunning: boolean;
  /** Its programs listen on the host's own network, where no published port tells of them. */
  readonly onHostNetwork: boolean;
  readonly ports: readonly HeldPort[];
}

/** A place in an image, or in a container that was made from it and knows its mounts too. */
export interface ImagePlace {
  readonly image: ImageId;
  /** Null = none is there: a helper that is never started is made, and removed. */
  readonly container: ContainerId | null;
  /** The Compose project on whose behalf. */
  readonly project: string;
}

/**
 * What a look before a rebuild asks of the engine's machine beside `Engine`. It changes nothing, but for helper containers that never start.
 * Everything but `builder` throws EngineUnavailable when the engine cannot be used.
 */
export interface HostPort {
  engineHost(): Promise<EngineHost>;
  /** The space where a folder of this machine is; null = it cannot be told. A folder that is missing counts as its nearest parent. */
  freeSpace(folder: string): Promise<FreeSpace | null>;
  /** Memory that programs could still have on this machine, bytes; null = it cannot be told. */
  availableMemory(): Promise<number | null>;
  /** Sockets of this machine that listen; null = this system does not tell. */
  listeners(): Promise<readonly Listener[] | null>;
  /** Whose sockets these inodes are, as far as this user may see; slow, so only for a few. */
  programs(inodes: readonly string[]): Promise<ReadonlyMap<string, Program>>;
  /** All containers of the engine but Slipway's own helpers. */
  containers(): Promise<readonly HostContainer[]>;
  /** The layers of an image, each with its size; null when it is not there. */
  layers(image: ImageId): Promise<readonly Layer[] | null>;
  /** For each list of absolute paths whether one of them exists there; null when the image is gone. */
  haveAny(place: ImagePlace, lists: readonly (readonly string[])[]): Promise<readonly boolean[] | null>;
  /** Removes helpers that a killed look on behalf of these projects left behind. */
  clearHelpers(projects: readonly string[]): Promise<void>;
  /** Whether buildx has a builder of this name; an error says in buildx's words why not. */
  builder(name: string): Promise<Result<null, EngineProblem>>;
}
