import type { RunState } from '../../journal/projection.ts';
import type { ImageId } from '../../model/ids.ts';
import type { Report } from './types.ts';

/** The size of every image that any of these runs built, bytes. */
export function builtSizes(runs: readonly Pick<RunState, 'services'>[]): ReadonlyMap<ImageId, number> {
  const sizes = new Map<ImageId, number>();
  for (const { services } of runs) {
    for (const { outcome } of [...services.values()].flatMap(({ steps }) => steps)) {
      const facts = 'facts' in outcome ? outcome.facts : undefined;
      if (facts?.kind === 'build' && facts.sizeBytes !== null) sizes.set(facts.image, facts.sizeBytes);
    }
  }
  return sizes;
}

/** The images of a report whose size is not known. */
export function unsizedImages({ services }: Pick<Report, 'services'>): readonly ImageId[] {
  const images = services.flatMap(({ before, after }) => [before, after]);
  return [...new Set(images.flatMap(({ image, sizeBytes }) => (image !== null && sizeBytes === null ? [image] : [])))];
}
