import { createHash } from 'node:crypto';
import { canonicalJson } from '../../fleet/fingerprint/canonical.ts';
import type { Service } from '../../fleet/types.ts';
import type { ServiceKey } from '../../model/ids.ts';

/** The services' sources, or what their registry has: a version of each, 1 at the beginning. */
export class Sources {
  readonly #versions = new Map<ServiceKey, number>();
  /** The last digest of each: they are asked for several times in a run. */
  readonly #digests = new WeakMap<Service, { readonly version: number; readonly digest: string }>();

  /** Changes them; returns the new version. */
  edit(service: ServiceKey): number {
    const version = this.version(service) + 1;
    this.#versions.set(service, version);
    return version;
  }

  version(service: ServiceKey): number {
    return this.#versions.get(service) ?? 1;
  }

  /** Digest of all that makes the image what it is. */
  digest(service: Service): string {
    const { key, build } = service;
    const version = this.version(key);
    const known = this.#digests.get(service);
    if (known?.version === version) return known.digest;
    const digest = sha256(canonicalJson([key, build, version]));
    this.#digests.set(service, { version, digest });
    return digest;
  }
}

/** SHA-256 of a text, hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
