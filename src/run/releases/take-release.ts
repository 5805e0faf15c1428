import { EngineUnavailable } from '../../docker/port.ts';
import type { Fleet, Service, StoredProject } from '../../fleet/types.ts';
import type { RunState } from '../../journal/projection.ts';
import { tellingSettle } from '../../journal/service-records.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ImageId, ServiceKey } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { boundPaths } from '../../release/bound-files.ts';
import { type ComposedRelease, composeRelease, type Running, type WholeRelease } from '../../release/compose-release.ts';
import { listReleases, readStored, type StoredProjects, writeRelease } from '../../release/store.ts';
import type { Release, ReleaseId } from '../../release/types.ts';
import { mapBounded } from '../../util/bounded.ts';
import { instantAt } from '../../util/instant.ts';
import type { RebuildDeps } from '../rebuild-types.ts';
import { engineDiagnostic } from '../stock.ts';
import { keepImages } from './keepers.ts';
import { keyPlace } from './stored-before.ts';

const CONTAINERS_AT_ONCE = 16;

/** The fleet of which a release is taken. */
export interface ReleaseScene {
  readonly deps: Pick<RebuildDeps, 'disk' | 'engine' | 'source' | 'clock' | 'configHome'>;
  readonly fleet: Fleet;
  /** All runs, the oldest first. */
  readonly runs: readonly RunState[];
}

/** Which release is taken. */
export interface WantedRelease {
  readonly id: ReleaseId;
  readonly origin: Release['origin'];
  /** Releases that this run put back: what runs may be as they say. */
  readonly putBack: readonly ReleaseId[];
  /** Releases that are left out of account. */
  readonly except: readonly ReleaseId[];
  readonly frozen: ReadonlySet<ServiceKey>;
  /** `if-new`: nothing is written when the newest release already says so. */
  readonly write: 'always' | 'if-new';
}

/** Looks at the fleet as it runs, stores it as a release, and sees to it that no pruning takes the images of the releases that are kept. */
export async function takeRelease(scene: ReleaseScene, wanted: WantedRelease): Promise<Result<ComposedRelease, Diagnostic>> {
  const { deps, fleet } = scene;
  try {
    const composed = await observeRelease(scene, wanted);
    if (!composed.ok) return composed;
    const { release, projects, isNew } = composed.value;
    if (wanted.write === 'always' || isNew) {
      const withFiles = await withFileHashes(scene, composed.value);
      const key = keyPlace(fleet, deps.configHome);
      const written = await writeRelease(deps.disk, fleet.root, key, { release: withFiles, projects });
      if (!written.ok) return written;
    }
    const kept = await keepImages(deps, fleet, Object.values(release.services));
    return kept.ok ? composed : err(engineDiagnostic(kept.error));
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    return err(engineDiagnostic(error.problem));
  }
}

/** The release that would describe the fleet as it runs now; nothing is written. `putBack`: releases that it may run by now. */
export async function describePresent(
  scene: ReleaseScene,
  putBack: readonly ReleaseId[] = [],
): Promise<Result<ComposedRelease, Diagnostic>> {
  const wanted = { putBack, except: [], frozen: new Set<ServiceKey>() };
  try {
    return await observeRelease(scene, { id: 'present', origin: 'adopted', write: 'if-new', ...wanted });
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    return err(engineDiagnostic(error.problem));
  }
}

async function observeRelease(scene: ReleaseScene, wanted: WantedRelease): Promise<Result<ComposedRelease, Diagnostic>> {
  const { deps, fleet } = scene;
  const { engine } = deps;
  const [observed, projects, past] = await Promise.all([
    engine.observe(fleet.services),
    presentProjects(scene),
    pastReleases(scene, wanted),
  ]);
  if (!observed.ok) return err(engineDiagnostic(observed.error));
  if (!projects.ok) return projects;
  const found = await mapBounded(fleet.services, CONTAINERS_AT_ONCE, async (service) => {
    const containers = (observed.value.services[service.key]?.containers ?? []).filter((c) => !c.temporary);
    const settings = await Promise.all(containers.map((c) => engine.settings(c.id)));
    const own = settings.filter((s) => s !== null);
    return [service.key, { containers, settings: own, ...knownOf(scene.runs, service) }] as const;
  });
  const running = new Map<ServiceKey, Running>(found.filter(([, { containers }]) => containers.length > 0));
  const { id, origin, frozen } = wanted;
  const at = instantAt(deps.clock.now());
  return ok(composeRelease({ id, origin, at, fleet, running, projects: projects.value, past, frozen }));
}

/** The projects as their files are now, with the variables that they need. */
async function presentProjects({ deps, fleet }: ReleaseScene): Promise<Result<StoredProjects, Diagnostic>> {
  const found: Record<string, StoredProject> = {};
  for (const project of fleet.projects) {
    const variables = await deps.engine.variables(project);
    if (!variables.ok) return err(engineDiagnostic(variables.error));
    found[project.name] = { model: project.model, environment: variables.value };
  }
  return ok(found);
}

/** The newest release of the phase and those that were put back, whole; what cannot be read is as if it were not there. */
async function pastReleases({ deps, fleet }: ReleaseScene, { putBack, except }: WantedRelease): Promise<readonly WholeRelease[]> {
  const { releases } = await listReleases(deps.disk, fleet.root);
  const known = releases.filter(({ release, phase }) => phase === fleet.settings.phase && !except.includes(release));
  const wanted = known.filter(({ release }, at) => at === 0 || putBack.includes(release));
  const whole = await Promise.all(
    wanted.map(async (release) => {
      const projects = await readStored(deps.disk, fleet.root, keyPlace(fleet, deps.configHome), release.release);
      return { release, projects: projects.ok ? projects.value : {} };
    }),
  );
  return whole;
}

/** What the journals know of a service, and that its container does not tell. */
function knownOf(runs: readonly RunState[], { key }: Service): Pick<Running, 'status' | 'inputs'> {
  const inputs = new Map<ImageId, string | null>();
  for (const run of runs) {
    const state = run.services.get(key);
    const settled = state?.lastCompleted ?? state?.lastSettled;
    if (settled?.image && settled.fingerprint) inputs.set(settled.image, settled.fingerprint.inputs);
  }
  const last = runs.findLast((run) => {
    const state = run.services.get(key);
    return state !== undefined && tellingSettle(state) !== null;
  });
  return { status: last?.services.get(key)?.lastSettled?.status ?? 'pending', inputs };
}

async function withFileHashes({ deps }: ReleaseScene, { release, projects }: ComposedRelease): Promise<Release> {
  const paths = new Map(
    Object.entries(release.services).map(([key, { project, name }]) => {
      const stored = projects[project];
      return [key, stored ? boundPaths(stored.model, name) : []] as const;
    }),
  );
  const digests = await deps.source.hashFiles([...paths.values()].flat());
  const services = Object.entries(release.services).map(([key, service]) => {
    const files = (paths.get(key) ?? []).flatMap((path) => (digests.has(path) ? [[path, digests.get(path)!] as const] : []));
    return [key, { ...service, files: Object.fromEntries(files) }];
  });
  return { ...release, services: Object.fromEntries(services) };
}
