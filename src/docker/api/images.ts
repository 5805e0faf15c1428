import type { ImageInspectInfo, ImageInfo as ListedImage } from 'dockerode';
import type { ImageId } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { EngineProblem, ImageInfo } from '../port.ts';
import { problemOf, refusedWith } from '../problem.ts';
import type { EngineApi } from './client.ts';
import { instantOf } from './container-view.ts';
import { settled } from './containers.ts';

/** An image by tag or id; null when there is none. Its id is the only notion of "the same image" (product contract, section 6). */
export async function inspectImage(api: EngineApi, ref: string): Promise<ImageInfo | null> {
  try {
    const info = await api.call<ImageInspectInfo>({ method: 'GET', path: `/images/${ref}/json` });
    return {
      id: info.Id,
      created: instantOf(info.Created) ?? new Date(0).toISOString(),
      sizeBytes: info.Size,
      labels: info.Config?.Labels ?? {},
    };
  } catch (error) {
    // 400: not a possible name, so certainly not an image's.
    if (refusedWith(error, 404) || refusedWith(error, 400)) return null;
    throw error;
  }
}

/** The paths that an image declares as volumes; none when it is gone. */
export async function imageVolumes(api: EngineApi, id: ImageId): Promise<readonly string[]> {
  try {
    const info = await api.call<ImageInspectInfo>({ method: 'GET', path: `/images/${id}/json` });
    return Object.keys(info.Config?.Volumes ?? {});
  } catch (error) {
    if (refusedWith(error, 404)) return [];
    throw error;
  }
}

/** All tags of these repositories, with what they point to. */
export async function tagsOf(api: EngineApi, repositories: readonly string[]): Promise<Readonly<Record<string, ImageId>>> {
  if (repositories.length === 0) return {};
  const filters = JSON.stringify({ reference: repositories.map((repository) => `${repository}:*`) });
  const images = await api.call<ListedImage[]>({ method: 'GET', path: '/images/json', query: { filters } });
  const tags = images.flatMap((image) => (image.RepoTags ?? []).map((ref) => [ref, image.Id] as const));
  return Object.fromEntries(tags.filter(([ref]) => repositories.includes(splitRef(ref).repo)));
}

/** Moves `ref` to the image. */
export function tagImage(api: EngineApi, image: ImageId, ref: string): Promise<Result<null, EngineProblem>> {
  const { repo, tag } = splitRef(ref);
  return settled(api.call({ method: 'POST', path: `/images/${image}/tag`, query: { repo, tag } }));
}

/**
 * Removes a tag without force. An image whose only tag this was goes with it when no container uses it: for an abandoned candidate
 * that is wanted. The engine refuses (and so does this) when a container still rests on the image and nothing else names it; parents
 * stay, and a missing tag is fine.
 */
export async function untagImage(api: EngineApi, ref: string): Promise<Result<null, EngineProblem>> {
  try {
    await api.call({ method: 'DELETE', path: `/images/${ref}`, query: { noprune: true } });
    return ok(null);
  } catch (error) {
    return refusedWith(error, 404) ? ok(null) : err(problemOf(error));
  }
}

/** `host:5000/name:tag` as repository and tag; a reference without a tag means `latest`, as everywhere in docker. */
export function splitRef(ref: string): { readonly repo: string; readonly tag: string } {
  const colon = ref.indexOf(':', ref.lastIndexOf('/') + 1);
  return colon < 0 ? { repo: ref, tag: 'latest' } : { repo: ref.slice(0, colon), tag: ref.slice(colon + 1) };
}
