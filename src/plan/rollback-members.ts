import type { Edge, Service } from '../fleet/types.ts';
import type { ServiceKey } from '../model/ids.ts';
import { because } from './causes.ts';
import { breakableDependents, shares } from './ripples.ts';
import { standingIn } from './rollback-targets.ts';
import type { FoundTarget, RollbackInput } from './rollback-types.ts';
import type { Standing } from './standing.ts';
import type { Cause, ReplaceAction, RollbackChange } from './types.ts';

/** What is done to one service of a rollback. */
type Doing =
  | { readonly kind: 'go-back'; readonly target: FoundTarget; readonly changes: readonly RollbackChange[] }
  /** Started because others need it, or made anew because what it shares was. `release`: the configuration that it runs with. */
  | { readonly kind: 'replace'; readonly action: ReplaceAction; readonly release: string | null }
  /** In place since an earlier part of the run, without a verdict. */
  | { readonly kind: 'judge' };

export interface RollbackWork {
  /** As it is going to be. */
  readonly service: Service;
  readonly standing: Standing;
  readonly cause: Cause;
  /** Keeps the image that runs now, unless this run has done so already. */
  readonly backup: Cause | null;
  readonly doing: Doing;
}

export type Works = ReadonlyMap<ServiceKey, RollbackWork>;

/** The targets, and what they drag along, until nothing more moves: what they need and does not run, and what their replacement breaks (traps T3). */
export function rollbackWorks(input: RollbackInput, targets: ReadonlyMap<ServiceKey, FoundTarget>): Works {
  const services = new Map(input.fleet.services.map((service) => [service.key, service]));
  const around = { input, services };
  const works = new Map<ServiceKey, RollbackWork>([...targets].map(([key, target]) => [key, goBack(around, target)]));
  const dependents = breakableDependents(input.fleet.services);
  const put = (work: RollbackWork) => {
    works.set(work.service.key, work);
    queue.push(work.service.key);
  };
  const queue: ServiceKey[] = [...works.keys(), ...(input.progress?.settled ?? [])];
  for (const work of unjudged(around, works)) put(work);
  for (const key of queue) {
    const work = works.get(key);
    if (work && work.doing.kind !== 'judge') for (const down of dependenciesDown(work, works, around)) put(down);
    for (const dependent of dependents.get(key) ?? []) {
      const broken = brokenBy(key, dependent, works, input);
      if (broken) put(broken);
    }
  }
  return works;
}

/** The input, its services by key. */
interface Around {
  readonly input: RollbackInput;
  readonly services: ReadonlyMap<ServiceKey, Service>;
}

function goBack({ input, services }: Around, target: FoundTarget): RollbackWork {
  const { as, named, past } = target;
  const standing = standingIn(input, services.get(as.key)!, named);
  const runs = standing.image ?? standing.succeededOn;
  const changes: RollbackChange[] = [
    ...(runs !== target.image || standing.mixed ? (['image'] as const) : []),
    ...(past.config === null || past.config !== input.present.get(as.key)?.config ? (['configuration'] as const) : []),
  ];
  if (input.progress?.putBack.has(as.key) && runs === target.image && standing.up) {
    const cause = because('rolled-back', `put back to release ${target.release} earlier in this run, without a verdict`);
    return { service: as, standing, cause, backup: null, doing: { kind: 'judge' } };
  }
  const cause = whyBack(target, input);
  const keeps = standing.image !== null && !input.progress?.backedUp.has(as.key);
  const backup = keeps ? because(cause.code, 'keeps the image that runs now') : null;
  return { service: as, standing, cause, backup, doing: { kind: 'go-back', target, changes } };
}

function whyBack({ release, with: mate }: FoundTarget, { options, progress }: RollbackInput): Cause {
  if (mate !== null) return because('dependent-of', `it runs the same tag as ${mate}, which goes back to release ${release}`);
  if (progress) return because('rolled-back', `to release ${release}, as this run began`);
  if (options.rollback?.to === release) return because('rolled-back', `to release ${release}, as asked`);
  return because('rolled-back', `to release ${release}, the newest in which it ran well with something else`);
}

/** What an earlier part of the run has put in place beside the targets and nobody has judged. */
function unjudged({ input, services }: Around, works: Works): RollbackWork[] {
  return [...(input.progress?.replaced ?? [])].flatMap(([key, { image }]) => {
    const service = services.get(key);
    if (!service || works.has(key) || input.progress?.settled.has(key)) return [];
    const standing = standingIn(input, service);
    if (standing.image !== image || !standing.up) return [];
    const cause = because('failed-before', 'it was replaced earlier in this run and has no verdict yet');
    return [{ service, standing, cause, backup: null, doing: { kind: 'judge' } } satisfies RollbackWork];
  });
}

/** What the work needs and nothing runs of; a finished job is not run again, and what has no image cannot be started. */
function dependenciesDown(work: RollbackWork, works: Works, { input, services }: Around): RollbackWork[] {
  const wanted = work.service.dependsOn.filter((e) => e.source !== 'build' && (e.required || e.condition === 'started'));
  return [...new Set(wanted.map((edge) => edge.to))].flatMap((key) => {
    const service = services.get(key);
    if (!service || works.has(key)) return [];
    const standing = standingIn(input, service);
    const there = service.kind === 'one-shot' ? standing.up : standing.running > 0 || service.scale === 0;
    if (there || (standing.image ?? standing.tagImage) === null) return [];
    const cause = because('dependency-down', `${work.service.key} needs it and it is not running`);
    return [{ service, standing, cause, backup: null, doing: startAgain(service, standing, input) }];
  });
}

/** With what it ran before: its own container, unless that is bound to another's, or there is none. */
function startAgain(service: Service, { containers }: Standing, input: RollbackInput): Doing {
  const bound = service.dependsOn.some(shares);
  if (containers.length > 0 && !bound) return { kind: 'replace', action: 'restart', release: null };
  return { kind: 'replace', action: 'up', release: ownRelease(service.key, input) };
}

/** A running dependent that stays as it is: recreated when it shares something with what was replaced, else restarted. */
function brokenBy(key: ServiceKey, dependent: Service, works: Works, input: RollbackInput): RollbackWork | null {
  const standing = standingIn(input, dependent);
  if (works.has(dependent.key) || input.progress?.settled.has(dependent.key)) return null;
  if (standing.running === 0 || dependent.kind === 'one-shot') return null;
  const edge = dependent.dependsOn.find((e) => e.to === key && shares(e)) ?? null;
  const cause = because('dependent-of', edge ? `it shares ${sharedBy(edge)} with ${key}` : `it has to restart with ${key}`);
  const doing: Doing = edge
    ? { kind: 'replace', action: 'recreate', release: ownRelease(dependent.key, input) }
    : { kind: 'replace', action: 'restart', release: null };
  return { service: dependent, standing, cause, backup: null, doing };
}

function sharedBy(edge: Edge): string {
  return edge.source === 'namespace' ? 'a namespace' : 'volumes';
}

/** The release that has its present configuration, when the project's files say something else by now. */
function ownRelease(key: ServiceKey, { present, fingerprints }: RollbackInput): string | null {
  const now = present.get(key);
  return now && now.config !== null && now.config !== fingerprints.get(key)?.config ? now.release : null;
}
