import type { HostConfig } from 'dockerode';
import { sortedBy, withoutZero } from './rules.ts';
import type { MountSetting } from './types.ts';

/** An anonymous volume has 64 hex digits for a name once a container has inherited it. */
const ANONYMOUS = /^[0-9a-f]{64}$/;
const PROPAGATION = /^r?(shared|slave|private)$/;

/** The mounts that a container asks for; anonymous volumes at paths for which its image declares one are the image's and left out. */
export function mountsOf(host: HostConfig, imageVolumes: readonly string[]): readonly MountSetting[] {
  const tmpfs = Object.entries((host.Tmpfs ?? {}) as Record<string, string>).map(([target, flags]) => tmpfsAt(target, flags));
  const mounts = ((host.Mounts ?? []) as unknown as readonly EngineMount[]).map(fromMount);
  return sortedMounts([...(host.Binds ?? []).map(fromBind), ...mounts, ...tmpfs], imageVolumes);
}

/** Mounts in one order, without anonymous volumes that the image asks for. */
export function sortedMounts(mounts: readonly MountSetting[], imageVolumes: readonly string[]): readonly MountSetting[] {
  const images = new Set(imageVolumes);
  const isImages = (mount: MountSetting) => mount.type === 'volume' && mount.source === '' && images.has(mount.target);
  return sortedBy(
    mounts.filter((mount) => !isImages(mount)),
    (mount) => mount.target,
  );
}

/** A tmpfs in the short form, `size=64k` and the like as it was written. */
export function tmpfsAt(target: string, flags: string): MountSetting {
  return { type: 'tmpfs', source: '', target, readOnly: false, options: flags === '' ? {} : { flags } };
}

interface EngineMount {
  readonly Type: string;
  readonly Source?: string;
  readonly Target: string;
  readonly ReadOnly?: boolean;
  readonly BindOptions?: { readonly Propagation?: string; readonly NonRecursive?: boolean };
  readonly VolumeOptions?: { readonly NoCopy?: boolean; readonly Subpath?: string };
  readonly TmpfsOptions?: { readonly SizeBytes?: number; readonly Mode?: number };
}

function fromMount(mount: EngineMount): MountSetting {
  const { BindOptions: bind, VolumeOptions: volume, TmpfsOptions: tmpfs } = mount;
  const options = withoutZero({
    propagation: bind?.Propagation === 'rprivate' ? '' : bind?.Propagation,
    nocopy: volume?.NoCopy,
    subpath: volume?.Subpath,
    size: tmpfs?.SizeBytes,
    mode: tmpfs?.Mode,
  });
  return {
    type: mount.Type,
    source: sourceOf(mount.Source ?? ''),
    target: mount.Target,
    readOnly: mount.ReadOnly ?? false,
    options: options as MountSetting['options'],
  };
}

/** `source:target:flags`. */
function fromBind(text: string): MountSetting {
  const [source = '', target = '', flags = ''] = text.split(':');
  const words = flags.split(',');
  const options = withoutZero({
    propagation: words.find((word) => PROPAGATION.test(word) && word !== 'rprivate'),
    selinux: words.find((word) => word === 'z' || word === 'Z'),
    nocopy: words.includes('nocopy'),
  });
  return {
    type: source.startsWith('/') ? 'bind' : 'volume',
    source: sourceOf(source),
    target,
    readOnly: words.includes('ro'),
    options: options as MountSetting['options'],
  };
}

function sourceOf(source: string): string {
  return ANONYMOUS.test(source) ? '' : source;
}
