import type { Edge, Service } from '../fleet/types.ts';
import type { ServiceKey } from '../model/ids.ts';
import { isBehind } from './behind.ts';
import { because } from './causes.ts';
import type { ResumeFacts } from './input.ts';
import type { Standing } from './standing.ts';
import type { TagUnit } from './tags.ts';
import type { Cause, PlanOptions } from './types.ts';
import { type Work, workFor } from './work.ts';

/** What the ripples are computed over. */
export interface Surroundings {
  readonly services: readonly Service[];
  /** What the operator selected. */
  readonly chosen: ReadonlySet<ServiceKey>;
  readonly standing: (key: ServiceKey) => Standing | undefined;
  readonly units: ReadonlyMap<ServiceKey, TagUnit>;
  readonly options: PlanOptions;
  readonly resume: ResumeFacts | undefined;
  /** Takes out what an earlier part of the run has done; `but builds`: its build does not count any more. */
  readonly left: (work: Work, what?: 'but builds') => Work;
}

/**
 * Adds what the planned work drags along, until nothing more moves: dependencies that do not run, the other services of a moved tag, and
 * dependents that a replacement breaks (traps T3). Each service is looked at a constant number of times.
 */
export function addRipples(planned: ReadonlyMap<ServiceKey, Work>, around: Surroundings): Map<ServiceKey, Work> {
  const works = new Map(planned);
  const dependents = breakableDependents(around.services);
  const queue = [...works.keys(), ...(around.resume?.replaced.keys() ?? [])];
  const put = (work: Work) => {
    works.set(work.service.key, work);
    queue.push(work.service.key);
  };
  for (const [key, dependent] of leftBehind(around)) {
    const broken = brokenBy(key, dependent, works, around);
    if (broken) put(broken);
  }
  for (const key of queue) {
    const work = works.get(key);
    if (work) for (const down of dependenciesDown(work, works, around)) put(down);
    if (work?.build || (work && around.resume?.built.has(key))) for (const mate of tagMates(work, works, around)) put(mate);
    if (!work?.replace && !around.resume?.replaced.has(key)) continue;
    for (const dependent of dependents.get(key) ?? []) {
      const broken = brokenBy(key, dependent, works, around);
      if (broken) put(broken);
    }
  }
  return new Map([...works].map(([key, work]) => [key, withFollowed(work, works, around)]));
}

/** Whether a dependent has to be made or started anew when the edge's target is replaced. */
export function breaks(edge: Edge): boolean {
  return shares(edge) || edge.restart;
}

/** A container is bound to the very container that it shares something with, so a restart is not enough. */
export function shares(edge: Edge): boolean {
  return edge.source === 'namespace' || edge.source === 'volumes_from';
}

/** Dependents, each with what it has not followed, as far as the operator selected one of the two. */
function leftBehind(around: Surroundings): (readonly [ServiceKey, Service])[] {
  return around.services.flatMap((service) =>
    service.dependsOn
      .filter((edge) => around.chosen.has(service.key) || around.chosen.has(edge.to))
      .filter((edge) => hasNotFollowed(service, edge, around))
      .map((edge) => [edge.to, service] as const),
  );
}

function hasNotFollowed(service: Service, edge: Edge, { standing }: Surroundings): boolean {
  const [own, other] = [standing(service.key), standing(edge.to)];
  if (!breaks(edge) || !own || !other) return false;
  return isBehind(own, other, shares(edge) ? 'made anew' : 'restarted');
}

/** For each service, those that have to be made or started anew when it is replaced. */
export function breakableDependents(services: readonly Service[]): Map<ServiceKey, Service[]> {
  const dependents = new Map<ServiceKey, Service[]>();
  for (const service of services) {
    for (const to of new Set(service.dependsOn.filter(breaks).map((e) => e.to))) {
      const list = dependents.get(to);
      if (list) list.push(service);
      else dependents.set(to, [service]);
    }
  }
  return dependents;
}

/** Unplanned dependencies that the work needs and that do not run; a running one is left alone, a finished job is not run again. */
function dependenciesDown(work: Work, works: ReadonlyMap<ServiceKey, Work>, around: Surroundings): Work[] {
  const down = new Map<ServiceKey, Work>();
  for (const edge of work.service.dependsOn) {
    const standing = around.standing(edge.to);
    if (!standing || works.has(edge.to) || down.has(edge.to)) continue;
    const found = edge.source === 'build' ? imageMissing(work, standing, around) : notRunning(work, edge, standing, around);
    if (found) down.set(edge.to, around.left(found));
  }
  return [...down.values()];
}

function notRunning(work: Work, edge: Edge, standing: Standing, around: Surroundings): Work | null {
  if (!work.replace || !(edge.required || edge.condition === 'started')) return null;
  const there = standing.service.kind === 'one-shot' ? standing.up : standing.running > 0 || standing.service.scale === 0;
  if (there) return null;
  const cause = because('dependency-down', `${work.service.key} needs it and it is not running`);
  return { ...workFor(standing, [cause], around.options), backup: null };
}

/** A build that starts from another service's image needs that image, not the service. */
function imageMissing(work: Work, standing: Standing, around: Surroundings): Work | null {
  if (!work.build || standing.tagImage !== null) return null;
  const cause = because('dependency-down', `${work.service.key} is built from its image, which is not there`);
  return { ...workFor(standing, [cause], around.options), backup: null, test: null, replace: null, verify: null };
}

/** The other services of the tag that the work's build will move, or has made an image for in an earlier part of the run, when they have a container or are planned anyway. */
function tagMates(work: Work, works: ReadonlyMap<ServiceKey, Work>, around: Surroundings): Work[] {
  const unit = around.units.get(work.service.key);
  if (!unit || !work.replace) return [];
  return unit.members.flatMap((mate) => {
    const known = works.get(mate.key);
    const standing = around.standing(mate.key)!;
    if (mate.key === work.service.key || known?.build || around.resume?.settled.has(mate.key)) return [];
    if (known && !work.build) return [];
    if (!known && standing.containers.length === 0) return [];
    const cause = because('dependent-of', `it runs the same tag as ${work.service.key}: ${unit.tag}`);
    const asked = asMate(workFor(standing, known ? [known.cause, cause] : [cause], around.options), work, cause);
    // It builds although this run has built it: from inputs that changed since.
    const isStale = work.build && around.resume?.built.has(work.service.key);
    return isStale ? around.left(asked, 'but builds') : around.left(asked);
  });
}

function asMate(mate: Work, work: Work, cause: Cause): Work {
  const { standing } = mate;
  const test = mateTest(mate, work, cause);
  const finished = standing.succeededOn !== null && !standing.named;
  const runs = mate.cause === cause && standing.up && standing.image !== null;
  const guard = finished || runs ? 'image-differs' : (mate.replace?.guard ?? null);
  return {
    ...mate,
    build: { cause, pull: work.build?.pull ?? (mate.service.build === null && standing.builtBy === null) },
    test: test && { ...test, guard },
    replace: mate.replace && { ...mate.replace, guard },
    image: null,
  };
}

function mateTest(mate: Work, work: Work, cause: Cause): Work['test'] {
  return mate.test ?? (work.test && mate.service.test.command !== null ? { cause, guard: null } : null);
}

/** A running dependent that is not replaced by itself is planned for it: recreated when it shares something, else restarted. */
function brokenBy(key: ServiceKey, dependent: Service, works: ReadonlyMap<ServiceKey, Work>, around: Surroundings): Work | null {
  const known = works.get(dependent.key);
  if (known?.replace) return null;
  const standing = around.standing(dependent.key);
  if (!standing || standing.running === 0 || dependent.kind === 'one-shot') return null;
  const done = around.resume?.settled.has(dependent.key) || around.resume?.replaced.has(dependent.key);
  const behind = dependent.dependsOn.some((e) => e.to === key && hasNotFollowed(dependent, e, around));
  if (!works.get(key)?.replace && done && !behind) return null;
  const edge = dependent.dependsOn.find((e) => e.to === key && shares(e)) ?? null;
  const what = edge?.source === 'namespace' ? 'a namespace' : 'volumes';
  const cause = because('dependent-of', edge ? `it shares ${what} with ${key}` : `it has to restart with ${key}`);
  const work = workFor(standing, known ? [known.cause, cause] : [cause], around.options);
  const guard = 'dependency-replaced';
  const base = known ?? { ...work, backup: null, build: null, test: null, verify: null };
  return {
    ...base,
    image: base.build ? null : (base.image ?? standing.image),
    replace: { cause, guard, action: edge ? 'recreate' : 'restart', follows: [] },
    verify: base.verify ?? { cause, guard },
  };
}

/** Lists whose replacement a planned replace has to follow, and widens its guard and action accordingly. */
function withFollowed(work: Work, works: ReadonlyMap<ServiceKey, Work>, around: Surroundings): Work {
  const { replace, standing } = work;
  if (!replace || standing.containers.length === 0 || standing.succeededOn !== null) return work;
  const edges = work.service.dependsOn.filter(
    (e) =>
      breaks(e) && (works.get(e.to)?.replace || around.resume?.replaced.has(e.to) || hasNotFollowed(work.service, e, around)),
  );
  if (edges.length === 0) return work;
  const ahead = edges.filter((e) => works.get(e.to)?.replace);
  const behind = edges.some((e) => hasNotFollowed(work.service, e, around));
  const already = behind || (ahead.length < edges.length && work.replace?.guard === 'dependency-replaced');
  const sharing = edges.some(shares);
  const action = replace.guard === 'dependency-replaced' && !sharing ? 'restart' : 'recreate';
  if (already || ahead.length === 0) {
    return { ...work, replace: { ...replace, guard: null, action }, verify: work.verify && { ...work.verify, guard: null } };
  }
  const guard = replace.guard === 'image-differs' ? 'image-or-dependency' : replace.guard;
  return { ...work, replace: { ...replace, guard, action, follows: guard === null ? [] : [...new Set(ahead.map((e) => e.to))] } };
}
