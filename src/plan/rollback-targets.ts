import type { Service } from '../fleet/types.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import type { ServiceKey } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import { nearest } from '../util/nearest.ts';
import { because } from './causes.ts';
import type { PastRelease, PastService, Present, RollbackInput, Target } from './rollback-types.ts';
import { selectServices } from './selection.ts';
import { type Standing, standingOf } from './standing.ts';
import { tagUnits } from './tags.ts';
import type { Cause, RollbackOptions } from './types.ts';

/** Which service goes back to which release, and why each other one does not. */
export interface Choice {
  readonly targets: ReadonlyMap<ServiceKey, Target>;
  readonly left: ReadonlyMap<ServiceKey, Cause>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Chooses the releases. A service that was named and cannot go back is an error, all of them at once; one that is only among `--all` is left
 * alone with its reason. Without `--to` it is the newest release in which the service ran well with another image or configuration than now.
 */
export function chooseTargets(input: RollbackInput): Result<Choice, readonly Diagnostic[]> {
  const asked = rollbackOptions(input);
  const chosen = checkAsked(input);
  if (!chosen.ok) return chosen;
  const targets = new Map<ServiceKey, Target>();
  const left = new Map<ServiceKey, Cause>();
  const diagnostics: Diagnostic[] = [...input.diagnostics];
  for (const service of input.fleet.services) {
    const reason = chosen.value.left.get(service.key);
    const named = chosen.value.named.has(service.key);
    const decided = reason === undefined ? targetOf(service, { named, asked, input }) : reason;
    if (typeof decided !== 'string' && 'release' in decided) targets.set(service.key, decided);
    else if (typeof decided === 'string') left.set(service.key, because('unchanged', decided));
    else diagnostics.push(decided);
  }
  if (hasErrors(diagnostics)) return err(diagnostics);
  for (const [key, target] of tagMates(targets, input)) {
    targets.set(key, target);
    left.delete(key);
  }
  return ok({ targets, left, diagnostics });
}

/** What can be said of the release and the names before anything is looked at: whether there are such. */
export function checkAsked(input: Asked): Result<Chosen, readonly Diagnostic[]> {
  const asked = rollbackOptions(input);
  const wanted = releaseWanted(asked, input.releases);
  return wanted.ok ? chosenServices(input, asked) : wanted;
}

type Asked = Pick<RollbackInput, 'fleet' | 'options' | 'releases' | 'progress'>;

/** The facts of one service, as the planner of a rollback sees them. */
export function standingIn(input: RollbackInput, service: Service, named = false): Standing {
  return standingOf(service, input, { builder: () => null, named: new Set(named ? [service.key] : []) });
}

/** What was asked for; a plan of a rollback without it is a bug. */
export function rollbackOptions({ options }: Pick<RollbackInput, 'options'>): RollbackOptions {
  if (!options.rollback) throw new Error('a rollback is planned without its options');
  return options.rollback;
}

function releaseWanted({ to }: RollbackOptions, releases: readonly PastRelease[]): Result<null, readonly Diagnostic[]> {
  const ids = releases.map((r) => r.release);
  if (to === null ? ids.length > 0 : ids.includes(to)) return ok(null);
  if (ids.length === 0) {
    const remedy = 'each rebuild leaves a release; `slipway adopt` records what runs now';
    return err([{ code: 'no-release', severity: 'error', message: 'there is no release to go back to', remedy }]);
  }
  const close = nearest(to!, ids);
  const remedy = close === undefined ? `there are: ${ids.slice(0, 12).join(', ')}` : `did you mean ${close}?`;
  return err([{ code: 'unknown-release', severity: 'error', message: `there is no release ${to}`, remedy }]);
}

interface Chosen {
  readonly named: ReadonlySet<ServiceKey>;
  /** Why each other service is not asked for. */
  readonly left: ReadonlyMap<ServiceKey, string>;
}

/**
 * The named services, or with `--all` every one, also those that are in no category. A continued run goes on with those that it began with:
 * all of them were asked for then.
 */
function chosenServices(input: Asked, asked: RollbackOptions): Result<Chosen, readonly Diagnostic[]> {
  const { fleet, options, progress } = input;
  const given = progress ? (progress.only ?? []) : options.services;
  const names = given.length === 0 ? null : selectServices(fleet, { services: given, categories: [] });
  if (names && !names.ok) return err(names.error.map((problem) => removedInstead(problem, input)));
  const pinned = new Set(Object.keys(asked.targets));
  const named = names ? names.value.named : progress ? pinned : new Set<ServiceKey>();
  const whyNot = (key: ServiceKey): string | null => {
    if (progress?.settled.has(key)) return 'done earlier in this run';
    if (progress && !pinned.has(key)) return 'not part of this run';
    return names && !named.has(key) ? 'not named' : null;
  };
  const left = fleet.services.flatMap(({ key }) => {
    const why = whyNot(key);
    return why === null ? [] : [[key, why] as const];
  });
  return ok({ named, left: new Map(left) });
}

/** A service that the Compose files have no more is told from one that never was. */
function removedInstead(problem: Diagnostic, { options, releases, fleet }: Asked): Diagnostic {
  if (problem.code !== 'unknown-service') return problem;
  const name = options.services.find((n) => problem.message.includes(` ${n} `));
  const release = releases.find((r) => name !== undefined && name in r.services && !fleet.services.some((s) => s.key === name));
  return release && name !== undefined ? { ...removedService(release, name), severity: 'error' } : problem;
}

/** A service of a release that is not in the Compose files any more: how to put it back by hand. */
export function removedService({ release, services }: PastRelease, key: ServiceKey): Diagnostic {
  const { name, project, image, tag } = services[key]!;
  const back =
    image === null ? '' : `\`docker tag ${image} ${tag} && docker compose -p ${project} up -d --no-deps --no-build ${name}\``;
  return {
    code: 'service-removed',
    severity: 'warning',
    service: key,
    message: `${key} is in release ${release} and in the Compose files no more: it is not put back`,
    ...(back !== '' && { remedy: `put it into the Compose file again, then: ${back}` }),
  };
}

interface Question {
  readonly named: boolean;
  readonly asked: RollbackOptions;
  readonly input: RollbackInput;
}

/** Where a service goes; a reason to leave it alone, or an error when it was named. */
function targetOf(service: Service, question: Question): Target | string | Diagnostic {
  const { named, asked, input } = question;
  if (service.kind === 'one-shot' && !named) return 'a job that runs once only goes back when it is named';
  const pinned = asked.targets[service.key];
  const to = input.progress && pinned !== undefined ? pinned : asked.to;
  const past = to === null ? newestOther(service, input) : inRelease(service, to, question);
  if (typeof past === 'string') return named ? cannotGoBack(service, past) : past;
  const { release, entry } = past;
  const standing = standingIn(input, service, named);
  const present = input.present.get(service.key);
  const same = !standing.mixed && (standing.image ?? standing.succeededOn) === entry.image && present?.config === entry.config;
  // What a run began with it also ends, so that each of its services has an outcome.
  if (same && standing.up && entry.config !== null && !input.progress) return `it runs what release ${release} has already`;
  return { release, image: entry.image, past: entry, named, with: null };
}

interface Past {
  readonly release: string;
  readonly entry: PastService & { readonly image: string };
}

function inRelease(service: Service, to: string, { named, input }: Question): Past | string {
  const release = input.releases.find((r) => r.release === to);
  if (!release) return `release ${to} is not kept any more`;
  const entry = release.services[service.key];
  if (!entry) return `release ${to} does not have it: it was added since`;
  if (entry.image === null) return `it had no container in release ${to}`;
  if (!entry.healthy && !named) return `it did not run well in release ${to}; name it to go back to it all the same`;
  return { release: to, entry: { ...entry, image: entry.image } };
}

function newestOther(service: Service, input: RollbackInput): Past | string {
  const standing = standingIn(input, service);
  const present: Present = input.present.get(service.key) ?? { release: null, config: null };
  for (const { release, services } of input.releases) {
    const entry = services[service.key];
    if (!entry?.healthy || entry.image === null) continue;
    const other = entry.image !== (standing.image ?? standing.succeededOn) || entry.config !== present.config;
    if (other) return { release, entry: { ...entry, image: entry.image } };
  }
  return 'no release has it running well with another image or configuration';
}

function cannotGoBack({ key, place }: Service, why: string): Diagnostic {
  return {
    code: 'cannot-go-back',
    severity: 'error',
    service: key,
    message: `${key} cannot go back: ${why}`,
    ...place,
    remedy: 'see `slipway releases` for what there is; leave it out to go on with the others',
  };
}

/** Services that run the same whole tag are one replace unit: what ran the same image then goes along (contract, section 3). */
function tagMates(targets: ReadonlyMap<ServiceKey, Target>, input: RollbackInput): ReadonlyMap<ServiceKey, Target> {
  const units = tagUnits(input.fleet.services);
  const mates = new Map<ServiceKey, Target>();
  for (const [key, { release, image }] of targets) {
    for (const mate of units.get(key)?.members ?? []) {
      const known = targets.has(mate.key) || mates.has(mate.key) || input.progress?.settled.has(mate.key);
      const past = input.releases.find((r) => r.release === release)?.services[mate.key];
      if (known || mate.kind === 'one-shot' || past?.image !== image || !past.healthy) continue;
      const { image: runs } = standingIn(input, mate);
      if (runs !== null && runs !== image) mates.set(mate.key, { release, image, past, named: false, with: key });
    }
  }
  return mates;
}
