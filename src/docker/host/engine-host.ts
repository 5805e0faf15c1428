import { accessSync, existsSync, readFileSync, realpathSync } from 'node:fs';
import { hostname, release } from 'node:os';
import { basename, join } from 'node:path';
import { errorCode } from '../../util/fs-error.ts';
import type { ApiEndpoint, EngineApi } from '../api/client.ts';
import type { EngineHost } from '../host-port.ts';

interface Info {
  readonly Name: string;
  readonly ServerVersion: string;
  readonly OSType: string;
  readonly KernelVersion: string;
  readonly Driver: string;
  readonly DockerRootDir: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly SecurityOptions?: readonly string[] | null;
  readonly DriverStatus?: readonly (readonly [string, string])[] | null;
  /** Engines before 27 do not say. */
  readonly Containerd?: { readonly Address: string } | null;
}

/** What the engine says of its machine. `endpoint` null = its address cannot be used, and asking says so. */
export async function readEngineHost(api: EngineApi, endpoint: ApiEndpoint | null): Promise<EngineHost> {
  const [info, version, ping] = await Promise.all([
    api.call<Info>({ method: 'GET', path: '/info' }),
    api.call<{ readonly ApiVersion: string }>({ method: 'GET', path: '/version' }),
    api.stream({ method: 'GET', path: '/_ping' }),
  ]);
  ping.resume();
  const isHere = endpoint?.kind === 'unix' && isThisMachine(info);
  return {
    version: info.ServerVersion,
    apiVersion: version.ApiVersion,
    defaultBuilder: builderOf(ping.headers['builder-version']),
    os: info.OSType,
    storageDriver: info.Driver,
    rootFolder: info.DockerRootDir,
    imagesFolder: imagesFolderOf(info, existsSync),
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
    rootless: (info.SecurityOptions ?? []).some((option) => option.includes('name=rootless')),
    isHere,
    sharesNetwork: isHere && endpoint.kind === 'unix' && isBoundInOurNetwork(endpoint.path),
  };
}

/** The engine's own default (moby `api/server/router/system`, header of `/_ping`). */
function builderOf(header: string | readonly string[] | undefined): EngineHost['defaultBuilder'] {
  if (header === '2') return 'buildkit';
  return header === '1' ? 'classic' : 'unknown';
}

/** The default of `root` in containerd's configuration. */
const CONTAINERD_ROOT = '/var/lib/containerd';

/**
 * With the containerd image store images live in containerd's own folder, which is in the engine's only where the engine started it (moby
 * `daemon/containerd`, `cmd/dockerd/daemon_unix.go`).
 */
export function imagesFolderOf(
  { DockerRootDir, DriverStatus, Containerd }: Pick<Info, 'DockerRootDir' | 'DriverStatus' | 'Containerd'>,
  exists: (path: string) => boolean,
): string {
  const isContainerds = (DriverStatus ?? []).some(([, value]) => value.startsWith('io.containerd.snapshotter'));
  if (!isContainerds) return DockerRootDir;
  const isOwn = Containerd
    ? !/^(?:\/var)?\/run\/containerd\//.test(Containerd.Address)
    : exists(join(DockerRootDir, 'containerd', 'daemon'));
  return isOwn || !exists(CONTAINERD_ROOT) ? DockerRootDir : CONTAINERD_ROOT;
}

/** A socket file may be forwarded from another machine, or lead into a virtual one or a container: name, kernel and folder tell. */
function isThisMachine({ Name, KernelVersion, DockerRootDir }: Info): boolean {
  return Name === hostname() && KernelVersion === release() && canBeRootFolder(DockerRootDir);
}

/** Whether the engine's temporary folder is in it; only root may look, and whoever may not is believed. */
function canBeRootFolder(folder: string): boolean {
  try {
    accessSync(join(folder, 'tmp'));
    return true;
  } catch (error) {
    return errorCode(error) === 'EACCES' && existsSync(folder);
  }
}

/**
 * Whether the engine's socket was made in our network namespace: the kernel lists only those (unix(7), /proc/net/unix). An engine of another
 * namespace, a rootless one too, publishes its ports where we cannot see who listens.
 */
function isBoundInOurNetwork(path: string): boolean {
  try {
    const real = realpathSync(path);
    const listed = readFileSync('/proc/net/unix', 'utf8').split('\n');
    const paths = new Set(listed.map((line) => line.split(' ').at(-1) ?? '').filter((p) => basename(p) === basename(real)));
    return [...paths].some((candidate) => candidate === real || realOf(candidate) === real);
  } catch {
    return false;
  }
}

function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
