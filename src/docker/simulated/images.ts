import type { ImageId, ServiceKey } from '../../model/ids.ts';
import { EngineRefusal } from '../problem.ts';

/** An image: what it was built from decides its id. */
export interface Image {
  readonly id: ImageId;
  /** Engine's clock, milliseconds. */
  readonly createdMs: number;
  readonly sizeBytes: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Paths that it declares as volumes. */
  readonly volumes: readonly string[];
  /** Whose containers it is for, and which version of that service's sources; null = none of the fleet's. */
  readonly of: { readonly service: ServiceKey; readonly version: number } | null;
}

/** Images, their tags, and who rests on them. */
export class Images {
  readonly #byId = new Map<ImageId, Image>();
  readonly #tags = new Map<string, ImageId>();
  readonly #tagsOf = new Map<ImageId, Set<string>>();
  readonly #byRepository = new Map<string, Set<string>>();
  /** How many containers are made from an image. */
  readonly #used = new Map<ImageId, number>();

  /** By tag or id. */
  find(ref: string): Image | null {
    return this.#byId.get(this.#tags.get(ref) ?? ref) ?? null;
  }

  /** The image, or the engine's refusal. */
  get(ref: string): Image {
    const image = this.find(ref);
    if (image === null) throw new EngineRefusal(404, `No such image: ${ref}`);
    return image;
  }

  add(image: Image): void {
    if (!this.#byId.has(image.id)) this.#byId.set(image.id, image);
  }

  tag(id: ImageId, ref: string): void {
    this.get(id);
    this.#forget(ref);
    this.#tags.set(ref, id);
    setIn(this.#tagsOf, id).add(ref);
    setIn(this.#byRepository, repositoryOf(ref)).add(ref);
  }

  /** As `docker rmi REF` without force: the last name of an image goes only when no container is made from it. */
  untag(ref: string): void {
    const id = this.#tags.get(ref);
    if (id === undefined) throw new EngineRefusal(404, `No such image: ${ref}`);
    const only = this.#tagsOf.get(id)?.size === 1;
    if (only && this.isUsed(id)) {
      const why = 'a container is using its referenced image';
      throw new EngineRefusal(409, `conflict: unable to remove repository reference "${ref}" (must force) - ${why}`);
    }
    this.#forget(ref);
    if (only) this.#drop(id);
  }

  /** As `docker rmi -f REF`. */
  untagByForce(ref: string): void {
    const id = this.get(ref).id;
    this.#forget(ref);
    if (this.#tagsOf.get(id)?.size === 0 && !this.isUsed(id)) this.#drop(id);
  }

  /** As `docker rmi -f` of an id: all its names go, and it too unless a container is made from it. */
  remove(id: ImageId): void {
    for (const ref of [...(this.#tagsOf.get(id) ?? [])]) this.#forget(ref);
    if (!this.isUsed(id)) this.#drop(id);
  }

  isUsed(id: ImageId): boolean {
    return (this.#used.get(id) ?? 0) > 0;
  }

  /** A container is made from it. */
  use(id: ImageId): void {
    this.#used.set(id, (this.#used.get(id) ?? 0) + 1);
  }

  /** A container that was made from it is gone. */
  release(id: ImageId): void {
    const left = (this.#used.get(id) ?? 0) - 1;
    if (left > 0) this.#used.set(id, left);
    else this.#used.delete(id);
  }

  /** The tags of a repository. */
  tagsIn(repository: string): readonly string[] {
    return [...(this.#byRepository.get(repository) ?? [])];
  }

  /** All tags, by reference. */
  tags(): Readonly<Record<string, ImageId>> {
    return Object.fromEntries(this.#tags);
  }

  #forget(ref: string): void {
    const id = this.#tags.get(ref);
    if (id === undefined) return;
    this.#tags.delete(ref);
    this.#tagsOf.get(id)?.delete(ref);
    this.#byRepository.get(repositoryOf(ref))?.delete(ref);
  }

  #drop(id: ImageId): void {
    this.#byId.delete(id);
    this.#tagsOf.delete(id);
  }
}

/** A reference without its tag. */
export function repositoryOf(ref: string): string {
  const colon = ref.indexOf(':', ref.lastIndexOf('/') + 1);
  return colon < 0 ? ref : ref.slice(0, colon);
}

function setIn<K>(map: Map<K, Set<string>>, key: K): Set<string> {
  const known = map.get(key);
  if (known) return known;
  const made = new Set<string>();
  map.set(key, made);
  return made;
}
