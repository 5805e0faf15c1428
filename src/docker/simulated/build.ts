import { err, ok, type Result } from '../../model/result.ts';
import { type BuildFacts, type BuildRequest, EngineUnavailable, type StepFailure, type StepIo } from '../port.ts';
import { EngineRefusal } from '../problem.ts';
import { type ClientEnd, runClient } from './client-calls.ts';
import type { Image } from './images.ts';
import type { Life } from './life.ts';
import { sha256 } from './sources.ts';
import type { World } from './world.ts';

/** What is built or pulled, and by whom. */
export interface Making {
  readonly request: BuildRequest;
  readonly verb: 'build' | 'pull';
  readonly owner: Life;
}

/** What decides an image's content. */
interface Content {
  readonly request: Pick<BuildRequest, 'service' | 'project' | 'target'>;
  readonly verb: Making['verb'];
}

const SIZE_BYTES = 2_000_000;
const STEPS = 4;
/** By then a build has asked the registry for its bases. */
const BASES_MS = 500;
const NO_REGISTRY = 'failed to do request: Head "https://registry.invalid/v2/": dial tcp: i/o timeout';
const NO_SPACE = 'write /var/lib/docker/tmp/layer: no space left on device';

/** Ends a build with a failure of the build itself. */
class BuildBroke extends Error {
  readonly failure: StepFailure;

  constructor(failure: StepFailure) {
    super(failure.failure.code);
    this.failure = failure;
  }
}

/** Builds a service's candidate, or pulls it. The same sources give the same image; a killed Slipway's build comes to its end. */
export async function makeCandidate(world: World, making: Making, io: StepIo): Promise<Result<BuildFacts, StepFailure>> {
  const { request, verb, owner } = making;
  const cached = !request.noCache && world.images.find(imageOf(world, making, 0).id) !== null;
  let made: Image | null = null;
  io.progress({ kind: 'build', step: 1, of: STEPS, cached: cached ? STEPS : 0, name: `[1/${STEPS}] RUN make` });
  const order = {
    program: verb === 'build' ? 'docker-buildx' : 'docker',
    project: request.project.name,
    service: request.service.key,
    owner,
    signal: io.signal,
  } as const;
  const ended = await runClient(world, order, async ({ caller, life }) => {
    await spendTime(world, making, { cached, life });
    made = await caller.request(() => putCandidate(world, making));
  });
  if (ended.end !== 'done') return err(failureOf(ended, making));
  io.log(`${verb} of ${request.service.key}: ${made!.id}\n`);
  return ok({ image: made!.id, totalSteps: STEPS, cachedSteps: cached ? STEPS : 0, sizeBytes: SIZE_BYTES });
}

/** The image that the sources give; a `nonce` other than 0 stands for a build without a cache, whose times are part of the image. */
export function imageOf(world: World, { request, verb }: Content, nonce: number): Image {
  const { service, project, target } = request;
  const version = world.sources.version(service.key);
  const what = [project.name, world.sources.digest(service), target, nonce, verb].join('\n');
  return {
    id: `sha256:${sha256(what)}`,
    createdMs: world.engineMs(),
    sizeBytes: SIZE_BYTES,
    labels: {},
    volumes: world.imageVolumes(service),
    of: { service: service.key, version },
  };
}

/** The time that it takes, unless something goes wrong in it. */
async function spendTime(
  world: World,
  { request, verb }: Making,
  { cached, life }: { readonly cached: boolean; readonly life: Life },
): Promise<void> {
  const key = request.service.key;
  const how = world.faults.build(key);
  const tookMs = world.durations.takes(key, verb === 'pull' ? 'pullMs' : cached ? 'cachedBuildMs' : 'buildMs');
  const lateMs = how === 'times-out' ? Number.POSITIVE_INFINITY : tookMs;
  const basesMs = Math.min(BASES_MS, lateMs);
  await life.clock.sleep(basesMs);
  if (world.outage.registryAway || how === 'registry-error') throw new BuildBroke(unmade(verb, NO_REGISTRY, 'transient'));
  await world.outage.unlessLost(life, life.clock.sleep(Math.min(lateMs, request.timeoutMs) - basesMs));
  if (lateMs > request.timeoutMs) throw new BuildBroke(late(request));
  if (how === 'disk-full') throw new BuildBroke({ failure: { code: 'disk-full', message: NO_SPACE }, transient: false });
  if (how === 'fails')
    throw new BuildBroke(unmade(verb, 'process "/bin/sh -c make" did not complete successfully: exit code: 2', 'final'));
}

function putCandidate(world: World, making: Making): Image {
  const { noCache, candidate } = making.request;
  const image = imageOf(world, making, noCache ? world.random.between(1, 2 ** 31) : 0);
  world.images.add(image);
  world.images.tag(image.id, candidate);
  return image;
}

function failureOf(ended: Exclude<ClientEnd, { readonly end: 'done' }>, { verb }: Making): StepFailure {
  if (ended.end === 'aborted') return { failure: { code: 'interrupted' }, transient: false };
  if (ended.end !== 'failed') return unmade(verb, `docker ${verb === 'build' ? 'buildx' : 'pull'} was ended by SIGKILL`, 'final');
  const { error } = ended;
  if (error instanceof BuildBroke) return error.failure;
  if (error instanceof EngineRefusal) return unmade(verb, error.message, 'final');
  if (error instanceof EngineUnavailable) {
    return { failure: { code: 'engine-error', message: error.problem.message }, transient: false };
  }
  throw error;
}

function unmade(verb: Making['verb'], message: string, how: 'transient' | 'final'): StepFailure {
  const transient = how === 'transient';
  if (verb === 'pull') return { failure: { code: 'pull-failed', message, lastLogLines: [message] }, transient };
  return {
    failure: { code: 'build-failed', message, step: `[2/${STEPS}] RUN make`, lastLogLines: ['make: *** [all] Error 2'] },
    transient,
  };
}

function late({ timeoutMs }: BuildRequest): StepFailure {
  return { failure: { code: 'build-timeout', afterMs: timeoutMs, lastLogLines: [] }, transient: false };
}
