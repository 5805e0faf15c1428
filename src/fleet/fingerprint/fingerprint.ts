import type { ServiceKey } from '../../model/ids.ts';
import type { Fingerprint, Fleet, Service } from '../types.ts';
import { type BuildInputs, buildInputs, unknown } from './build-inputs.ts';
import { configDigest } from './config-digest.ts';
import { ContextTree } from './context-tree.ts';
import { FileHashes, sha256 } from './file-hashes.ts';
import { IGNORE_NOTHING, readIgnore } from './ignore-file.ts';
import { ownFiles } from './own-files.ts';

/** What the engine knows of a base image now; null = it does not have it. */
export type ResolveBase = (ref: string) => Promise<{ readonly id: string; readonly created: string } | null>;

/** Kept for the whole process: a second plan reads only files that changed since. */
const processHashes = new FileHashes();

/** The fingerprints of the services, from the files as they are now. Each file is read once, each base asked for once. */
export async function fingerprintServices(
  fleet: Fleet,
  services: readonly Service[],
  resolveBase: ResolveBase,
): Promise<Map<ServiceKey, Fingerprint>> {
  const inputs = new InputsOfFleet(fleet);
  const bases = new Map<string, ReturnType<ResolveBase>>();
  const baseOf = (ref: string) => {
    const asked = bases.get(ref) ?? resolveBase(ref);
    bases.set(ref, asked);
    return asked;
  };
  const entries = services.map(async (service): Promise<[ServiceKey, Fingerprint]> => {
    const { images, ...known } = await inputs.of(service, []);
    const found = await Promise.all(images.map(async (ref) => ({ ref, base: await baseOf(ref) })));
    return [
      service.key,
      {
        ...known,
        config: configDigest(service),
        bases: found.map(({ ref, base }) => ({ ref, image: base?.id ?? null, created: base?.created ?? null })),
      },
    ];
  });
  return new Map(await Promise.all(entries));
}

/** Build inputs with what several services have in common read once: context trees, and services that others are built from. */
class InputsOfFleet {
  readonly #fleet: Fleet;
  readonly #trees = new Map<string, ContextTree>();
  readonly #isOwn: (path: string) => boolean;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#isOwn = ownFiles(fleet);
  }

  /** `path`: the services that led here through `additional_contexts: service:`, to end a circle of them. */
  async of(service: Service, path: readonly ServiceKey[]): Promise<BuildInputs> {
    if (service.build === null) return { inputs: sha256(`image ${service.image}`), unknown: null, images: [] };
    if (path.includes(service.key)) return unknown(`${service.key} is built from itself`);
    return buildInputs(service, service.build, {
      tree: (folder, dockerfile) => this.#tree(folder, dockerfile),
      ofService: async (name) => {
        const other = this.#fleet.services.find((candidate) => candidate.project === service.project && candidate.name === name);
        return other ? this.of(other, [...path, service.key]) : unknown(`it is built from ${name}, which is not in the fleet`);
      },
    });
  }

  #tree(root: string, dockerfile: string | null | 'no ignore file'): ContextTree {
    const ignore = dockerfile === 'no ignore file' ? IGNORE_NOTHING : readIgnore(root, dockerfile);
    const key = `${root}\0${ignore.id}`;
    const tree = this.#trees.get(key) ?? new ContextTree({ root, ignore, hashes: processHashes, isOwn: this.#isOwn });
    this.#trees.set(key, tree);
    return tree;
  }
}
