import { createHash } from 'node:crypto';
import type { RunId } from '../model/ids.ts';
import type { Fleet, Service } from './types.ts';

/** Docker's limit for a tag (distribution/reference: 1 + 127 characters). */
const TAG_LENGTH = 128;

/** An image reference in its parts; `tag` null only with a digest. */
export interface ImageRef {
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

type Images = Pick<Fleet, 'services'>;

/** Splits a reference; the colon of a registry's port is no tag. */
export function parseImageRef(image: string): ImageRef {
  const [name = '', digest = null] = image.split('@');
  const colon = name.lastIndexOf(':');
  const hasTag = colon > name.lastIndexOf('/');
  const repository = hasTag ? name.slice(0, colon) : name;
  return { repository, tag: hasTag ? name.slice(colon + 1) : digest === null ? 'latest' : null, digest };
}

/** The services that run the same whole tag, in the fleet's order: moving it for one moves it for all (contract, section 3). */
export function replaceUnit(fleet: Images, service: Service): readonly Service[] {
  return usesOf(fleet).units.get(wholeTag(service.image)) ?? [service];
}

/** The tag of a build that is not in place yet: one for the whole replace unit. */
export function candidateTag(fleet: Images, service: Service, run: RunId): string {
  const leader = replaceUnit(fleet, service)[0]!;
  return fullTag(service, `candidate-${run}`, sharesRepository(fleet, service) ? leader : null);
}

/**
 * The tag that keeps the image that ran before. The services of one replace unit may run different images (one was rolled
 * back, say), so all but the first have their own.
 */
export function backupTag(fleet: Images & Pick<Fleet, 'settings'>, service: Service, run: RunId): string {
  const leader = replaceUnit(fleet, service)[0]!;
  const own = sharesRepository(fleet, service) || leader.key !== service.key;
  return fullTag(service, `${fleet.settings.rollback.tagPrefix}-${run}`, own ? service : null);
}

/** `repository` as Docker normalises it: Docker Hub may be left out. */
function normalised(repository: string): string {
  return repository.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, '');
}

/** A reference so that two that mean the same tag are equal: Docker Hub and `latest` may be left out. */
export function wholeTag(image: string): string {
  const { repository, tag, digest } = parseImageRef(image);
  return `${normalised(repository)}:${tag ?? ''}@${digest ?? ''}`;
}

/** Whether others use the repository under another tag, so that the service's name has to keep the tags apart. */
function sharesRepository(fleet: Images, { image }: Service): boolean {
  const tags = usesOf(fleet).tags.get(normalised(parseImageRef(image).repository)) ?? new Set();
  return tags.size > 1 || (tags.size === 1 && !tags.has(wholeTag(image)));
}

/** Who uses which tag of which repository. */
interface Uses {
  /** By whole tag, in the fleet's order. */
  readonly units: ReadonlyMap<string, readonly Service[]>;
  /** The whole tags by repository. */
  readonly tags: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Looked up once a fleet: every build and backup asks, and reading all references each time would cost more the larger the fleet is. */
const KNOWN_USES = new WeakMap<readonly Service[], Uses>();

function usesOf({ services }: Images): Uses {
  const known = KNOWN_USES.get(services);
  if (known) return known;
  const units = new Map<string, Service[]>();
  const tags = new Map<string, Set<string>>();
  for (const service of services) {
    const whole = wholeTag(service.image);
    addTo(units, whole, () => []).push(service);
    addTo(tags, normalised(parseImageRef(service.image).repository), () => new Set<string>()).add(whole);
  }
  const uses = { units, tags };
  KNOWN_USES.set(services, uses);
  return uses;
}

function addTo<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}

/** The project's slash is not allowed in a tag; a dot cannot occur in a project's name. */
function fullTag(service: Service, tag: string, suffix: Service | null): string {
  const whole = suffix === null ? tag : `${tag}-${suffix.key.replace('/', '.')}`;
  return `${parseImageRef(service.image).repository}:${shorten(whole)}`;
}

/** A tag that is too long keeps its beginning and ends in a digest of the whole, so that it stays unique. */
function shorten(tag: string): string {
  if (tag.length <= TAG_LENGTH) return tag;
  const digest = createHash('sha256').update(tag).digest('hex').slice(0, 8);
  return `${tag.slice(0, TAG_LENGTH - digest.length - 1)}-${digest}`;
}
