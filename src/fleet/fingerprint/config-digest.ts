import type { Service } from '../types.ts';
import { canonicalJson } from './canonical.ts';
import { sha256 } from './file-hashes.ts';

/** Keys that Compose itself leaves out of its hash (docker/compose, pkg/compose/hash.go): they do not reach the container. */
const NOT_IN_CONTAINER = ['build', 'pull_policy', 'scale', 'depends_on', 'profiles', 'env_file'];

/**
 * The digest of what Compose makes the container from. It covers what Compose's own hash covers, and no more: a change that Compose would
 * not recreate for must not look like one. What env files say is in the rendered `environment`.
 */
export function configDigest(service: Service): string {
  const { deploy, ...rest } = service.compose;
  const kept = Object.fromEntries(Object.entries(rest).filter(([key]) => !NOT_IN_CONTAINER.includes(key)));
  const { replicas: _, ...deployment } = deploy ?? {};
  return sha256(canonicalJson({ version: 1, image: service.image, service: { ...kept, deploy: deploy ? deployment : null } }));
}
