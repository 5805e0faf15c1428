import type { Engine, EngineProblem } from '../../docker/port.ts';
import type { Fleet } from '../../fleet/types.ts';
import type { ImageId } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { keptReleases, neededImages } from '../../release/retention.ts';
import { listReleases } from '../../release/store.ts';
import { mapBounded } from '../../util/bounded.ts';
import type { Disk } from '../../util/disk.ts';

/** Creating a container takes the engine's disk more than its processors. */
const KEEPERS_AT_ONCE = 8;

/**
 * Makes the keepers that the kept releases of all phases and what runs now still lack, and drops those that nothing needs any more. An image
 * that is gone cannot be kept: that is no failure, the list of releases shows it.
 */
export async function keepImages(
  { disk, engine }: { readonly disk: Disk; readonly engine: Engine },
  fleet: Fleet,
  present: readonly { readonly project: string; readonly image: ImageId | null }[],
): Promise<Result<null, EngineProblem>> {
  const { phase, rollback } = fleet.settings;
  const { releases, diagnostics } = await listReleases(disk, fleet.root);
  const own = releases.filter((release) => release.phase === phase);
  const others = releases.filter((release) => release.phase !== phase);
  const needed = neededImages([...keptReleases(own, rollback.keepReleases), ...others]);
  for (const { name: project } of fleet.projects) {
    const there = new Set((await engine.keepers(project)).map(({ image }) => image));
    const running = present.flatMap((service) => (service.project === project && service.image !== null ? [service.image] : []));
    const wanted = new Set([...(needed.get(project) ?? []), ...running]);
    const missing = [...wanted].filter((image) => !there.has(image));
    const made = await mapBounded(missing, KEEPERS_AT_ONCE, async (image) => {
      const result = await engine.keep(project, image);
      return result.ok || (await engine.image(image)) === null ? null : result.error;
    });
    const trouble = made.find((problem) => problem !== null);
    if (trouble) return err(trouble);
    // A release that cannot be read now may need what nothing else does.
    const unneeded = diagnostics.length > 0 ? [] : [...there].filter((image) => !wanted.has(image));
    await mapBounded(unneeded, KEEPERS_AT_ONCE, (image) => engine.dropKeeper({ project, image }));
  }
  return ok(null);
}
