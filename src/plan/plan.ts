import type { Fleet, Risk, Service } from '../fleet/types.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import type { ServiceKey } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import { categoryOf } from './category.ts';
import { because } from './causes.ts';
import { planId } from './document.ts';
import { type Forecast, forecaster } from './estimate.ts';
import { estimatePlan } from './estimate-plan.ts';
import { cycleProblems } from './graph.ts';
import type { PlanInput } from './input.ts';
import { buildLeaders, dependencyLinks, joinLinks, type Leaders, type Links, type Rank, tagLinks } from './links.ts';
import { startOrder } from './ordering.ts';
import { sharedBuilds, unjudgedWork } from './resumed.ts';
import { addRipples } from './ripples.ts';
import { type Selection, selectServices } from './selection.ts';
import { achievedBy, planFacts, type Standing, standingOf } from './standing.ts';
import { kindsOf, stepsOf } from './steps.ts';
import { strategyOf } from './strategy.ts';
import { sharedTagProblems, type TagUnit, tagUnits } from './tags.ts';
import type { Cause, Plan, PlanEstimate, PlanFacts, PlannedService } from './types.ts';
import { droppedVolumes, type Lost, lostVolumes, type Recreation } from './volumes.ts';
import { gatesBelow, type Standpoint, standpoints } from './waves.ts';
import { type Work, workFor, workLeft, workOf } from './work.ts';

/**
 * Decides what a rebuild does and why, from facts alone: no file, clock or engine is asked, and the same input gives the same plan.
 * Problems of the selection and of the dependency graph, and errors among the given diagnostics, are returned all at once.
 */
export function planRebuild(given: PlanInput): Result<Plan, Diagnostic[]> {
  const { fleet, options } = given;
  const selection = selectServices(fleet, options);
  const problems = [...given.diagnostics, ...(selection.ok ? [] : selection.error), ...cycleProblems(fleet.services)];
  if (!selection.ok || hasErrors(problems)) return err(problems);

  const scene = sceneOf(given, selection.value);
  const input = given.resume ? { ...given, resume: sharedBuilds(given.resume, scene) } : given;
  const decided = decide(input, selection.value, scene);
  const works = addRipples(decided.works, {
    services: fleet.services,
    chosen: selection.value.chosen,
    standing: scene.standing,
    units: scene.units,
    options,
    resume: input.resume,
    left: (work, what) => {
      const achieved = achievedBy(input.resume, work.service.key);
      const anew = { built: undefined, replacedBy: undefined };
      return workLeft(work, what === 'but builds' && achieved ? { ...achieved, ...anew } : achieved);
    },
  });
  const arranged = arrange(works, scene.units, input);
  const services = arranged.order.map((key) => plannedService(works.get(key)!, works, arranged));
  const plan: Plan = {
    version: 1,
    plan: '',
    phase: fleet.settings.phase,
    options,
    observed: factsOf(restsOn(fleet, works, selection.value), scene),
    services,
    untouched: fleet.services.flatMap(({ key }) => (works.has(key) ? [] : { service: key, cause: decided.reasons.get(key)! })),
    ...(arranged.estimate && { estimate: arranged.estimate }),
    diagnostics: [
      ...problems,
      ...sharedTagProblems(fleet.services, scene.units),
      ...untestedCritical(works, input),
      ...droppedVolumes(replacements(works)),
      ...lostVolumes(lostOnes(works), input.observed.volumes),
    ],
  };
  return ok({ ...plan, plan: planId(plan) });
}

/** The facts of every service, gathered once each. */
interface Scene {
  readonly standing: (key: ServiceKey) => Standing | undefined;
  readonly units: ReadonlyMap<ServiceKey, TagUnit>;
}

function sceneOf(input: PlanInput, { named }: Selection): Scene {
  const units = tagUnits(input.fleet.services);
  const builder = (service: Service) => (service.build === null ? (units.get(service.key)?.builder ?? null) : null);
  const standings = new Map(input.fleet.services.map((s) => [s.key, standingOf(s, input, { builder, named })]));
  return { standing: (key) => standings.get(key), units };
}

interface Decided {
  readonly works: ReadonlyMap<ServiceKey, Work>;
  readonly reasons: ReadonlyMap<ServiceKey, Cause>;
}

/** Asks each service for itself: its work, or its reason to be left alone. */
function decide(input: PlanInput, selection: Selection, scene: Scene): Decided {
  const works = new Map<ServiceKey, Work>();
  const reasons = new Map<ServiceKey, Cause>();
  for (const { key } of input.fleet.services) {
    if (!selection.chosen.has(key)) {
      const again = failedOnTheWay(key, input, scene);
      if (again) works.set(key, again);
      else reasons.set(key, because('unchanged', selection.left.get(key)!));
    } else if (input.resume?.settled.has(key)) reasons.set(key, because('unchanged', 'completed earlier in this run'));
    else {
      const achieved = achievedBy(input.resume, key);
      const decision = workOf(scene.standing(key)!, input.options);
      const unjudged = unjudgedWork(scene.standing(key)!, achieved);
      if (!('code' in decision)) works.set(key, workLeft(decision, achieved));
      else if (unjudged) works.set(key, unjudged);
      else reasons.set(key, decision);
    }
  }
  return { works, reasons };
}

/** A service that nobody selected, and that this run needed and failed with or took back: it is put in place again, from what there is. */
function failedOnTheWay(key: ServiceKey, { resume, options }: PlanInput, scene: Scene): Work | null {
  if (!resume?.failed?.has(key)) return null;
  const cause = because('dependency-down', 'this run needs it, and it failed or was taken back');
  return workLeft(workFor(scene.standing(key)!, [cause], options), achievedBy(resume, key));
}

/** Everything that relates the planned services to each other. */
interface Arrangement {
  readonly order: readonly ServiceKey[];
  readonly links: Links;
  readonly leaders: Leaders;
  readonly standpoints: ReadonlyMap<ServiceKey, Standpoint>;
  readonly forecasts: ReadonlyMap<ServiceKey, Forecast>;
  readonly present: ReadonlySet<Risk>;
  readonly estimate: PlanEstimate | null;
}

/**
 * Services of one tag are chained by their wave, which dependencies only ever raise, so the chain closes no circle; so are equal builds, which
 * count for the start order but make no waves.
 */
function arrange(works: ReadonlyMap<ServiceKey, Work>, units: ReadonlyMap<ServiceKey, TagUnit>, input: PlanInput): Arrangement {
  const dependencies = dependencyLinks(works);
  const byTag = tagLinks(works, units, rankBy(standpoints(works, dependencies)));
  const links = joinLinks(dependencies, byTag.links);
  const points = standpoints(works, links);
  const leaders = new Map([...byTag.leaders, ...buildLeaders(works, byTag.leaders, rankBy(points))]);

  const forecast = forecaster(input.records);
  const forecasts = new Map([...works].map(([key, work]) => [key, forecast(key, kindsOf(work))]));
  const waits = new Map(
    input.fleet.services.flatMap(({ key }) => (works.has(key) ? [[key, waitsOf(key, links, leaders)] as const] : [])),
  );
  const size = input.options.batchSize ?? input.fleet.settings.batch.size;
  const order = startOrder(waits, { costMs: (key) => forecasts.get(key)!.typicalMs, standpoints: points });
  return {
    order,
    links,
    leaders,
    standpoints: points,
    forecasts,
    present: new Set([...points.values()].map((point) => point.risk)),
    estimate: estimatePlan(
      order.map((key) => ({ service: key, category: categoryOf(works.get(key)!.service), forecast: forecasts.get(key)! })),
      { waits, width: size === 'all' ? Number.POSITIVE_INFINITY : size },
    ),
  };
}

function rankBy(points: ReadonlyMap<ServiceKey, Standpoint>): Rank {
  return (key) => points.get(key)!.wave;
}

function waitsOf(key: ServiceKey, links: Links, leaders: Leaders): ServiceKey[] {
  const leader = leaders.get(key);
  return [...new Set([...links.get(key)!.map((link) => link.to), ...(leader === undefined ? [] : [leader])])];
}

function plannedService(work: Work, works: ReadonlyMap<ServiceKey, Work>, arranged: Arrangement): PlannedService {
  const { service, standing } = work;
  const links = arranged.links.get(service.key)!;
  const { risk, wave } = arranged.standpoints.get(service.key)!;
  const forecast = arranged.forecasts.get(service.key)!;
  const { bases } = standing.fingerprint;
  return {
    service: service.key,
    category: categoryOf(service),
    risk: service.risk,
    effectiveRisk: risk,
    critical: service.critical,
    wave,
    cause: work.cause,
    strategy: strategyOf(work),
    steps: stepsOf(work, { works, links, leaders: arranged.leaders, gates: gatesBelow(risk, arranged.present) }),
    requires: [...new Set(links.filter((link) => link.required).map((link) => link.to))],
    estimateMs: forecast.seen ? Math.round(forecast.typicalMs) : null,
    ...(arranged.estimate && { stepsMs: forecast.stepsMs }),
    ...(work.build && bases.length > 0 && { bases }),
  };
}

/** Planned and selected services, and what the planned ones depend on. */
function restsOn(fleet: Fleet, works: ReadonlyMap<ServiceKey, Work>, { chosen }: Selection): readonly ServiceKey[] {
  const depended = new Set([...works.values()].flatMap((work) => work.service.dependsOn.map((edge) => edge.to)));
  return fleet.services.map((s) => s.key).filter((key) => works.has(key) || chosen.has(key) || depended.has(key));
}

function factsOf(keys: readonly ServiceKey[], scene: Scene): Record<ServiceKey, PlanFacts> {
  return Object.fromEntries(keys.map((key) => [key, planFacts(scene.standing(key)!)]));
}

/** What gets a new container, with those that it replaces. */
function replacements(works: ReadonlyMap<ServiceKey, Work>): readonly Recreation[] {
  return [...works.values()]
    .filter(({ replace }) => replace && replace.action !== 'restart')
    .map(({ service, standing }) => ({ service, containers: standing.containers }));
}

/** What is to be put in place although nothing of it is there any more, but was. */
function lostOnes(works: ReadonlyMap<ServiceKey, Work>): readonly Lost[] {
  return [...works.values()]
    .filter(({ replace, standing }) => replace && standing.containers.length === 0)
    .map(({ service, standing }) => ({ service, volumes: standing.record?.anonymousVolumes ?? {} }));
}

/** `--skip-tests` holds for critical services too; one line names them (contract, section 6). */
function untestedCritical(works: ReadonlyMap<ServiceKey, Work>, { fleet, options }: PlanInput): Diagnostic[] {
  if (!options.skipTests) return [];
  const keys = fleet.services.filter((s) => s.critical && s.test.command !== null && works.get(s.key)?.build).map((s) => s.key);
  if (keys.length === 0) return [];
  const message = `--skip-tests: critical services go untested: ${keys.join(', ')}`;
  return [{ code: 'critical-untested', severity: 'info', message, remedy: 'the next run with tests tests what runs then' }];
}
