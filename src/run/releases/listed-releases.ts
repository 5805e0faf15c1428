import { type Engine, EngineUnavailable } from '../../docker/port.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ImageId } from '../../model/ids.ts';
import { keptReleases } from '../../release/retention.ts';
import { listReleases } from '../../release/store.ts';
import type { Release } from '../../release/types.ts';
import { mapBounded } from '../../util/bounded.ts';
import type { Disk } from '../../util/disk.ts';

const IMAGES_AT_ONCE = 16;

/** What is on the engine of the images that releases need; null = it cannot be asked. */
interface EngineHoldings {
  readonly images: ReadonlySet<ImageId>;
  /** `project image` of each keeper. */
  readonly keepers: ReadonlySet<string>;
}

/** A release in a list. */
interface ListedRelease {
  readonly release: Release;
  /** Not past its keep. */
  readonly kept: boolean;
}

/** All that `slipway releases` shows. */
export interface ReleaseList {
  /** The newest first. */
  readonly releases: readonly ListedRelease[];
  readonly holdings: EngineHoldings | null;
  /** Releases that cannot be read, and why the engine was not asked. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The releases of a phase, and what the engine still has of them. Nothing is written. */
export async function listedReleases(
  place: { readonly disk: Disk; readonly root: string; readonly phase: string; readonly keep: number },
  engine: Engine,
): Promise<ReleaseList> {
  const { releases: all, diagnostics } = await listReleases(place.disk, place.root);
  const releases = all.filter(({ phase }) => phase === place.phase);
  const kept = new Set(keptReleases(releases, place.keep).map(({ release }) => release));
  const listed = releases.map((release) => ({ release, kept: kept.has(release.release) }));
  try {
    return { releases: listed, holdings: await holdingsOf(releases, engine), diagnostics };
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    const message = `Which images are still there is not known: ${error.message}`;
    const remedy = error.problem.remedy;
    return {
      releases: listed,
      holdings: null,
      diagnostics: [...diagnostics, { code: 'engine-not-asked', severity: 'warning', message, remedy }],
    };
  }
}

/** The keeper of a service's image, as `holdings` names it. */
export function keeperKey({ project, image }: { readonly project: string; readonly image: ImageId | null }): string {
  return `${project} ${image}`;
}

async function holdingsOf(releases: readonly Release[], engine: Engine): Promise<EngineHoldings> {
  const services = releases.flatMap((release) => Object.values(release.services));
  const wanted = [...new Set(services.flatMap(({ image }) => (image === null ? [] : [image])))];
  const projects = [...new Set(services.map(({ project }) => project))];
  const found = await mapBounded(wanted, IMAGES_AT_ONCE, async (image) => ((await engine.image(image)) === null ? [] : [image]));
  const keepers = await Promise.all(projects.map((project) => engine.keepers(project)));
  return { images: new Set(found.flat()), keepers: new Set(keepers.flat().map(keeperKey)) };
}
