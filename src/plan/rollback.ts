import type { Diagnostic } from '../model/diagnostic.ts';
import { type ServiceKey, stepId } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import { categoryOf } from './category.ts';
import { because } from './causes.ts';
import { planId } from './document.ts';
import { type Forecast, forecaster } from './estimate.ts';
import { estimatePlan } from './estimate-plan.ts';
import { topologicalOrder } from './graph.ts';
import { type RollbackWork, rollbackWorks, type Works } from './rollback-members.ts';
import { rollbackWaits, type Wait, type Waits } from './rollback-order.ts';
import { goneImages, rollbackRemarks } from './rollback-remarks.ts';
import { type Choice, rollbackOptions, standingIn } from './rollback-targets.ts';
import type { FoundTarget, RollbackInput } from './rollback-types.ts';
import { planFacts } from './standing.ts';
import type { Plan, PlanEstimate, PlannedService, PlanStep, ReplaceAction, StepKind } from './types.ts';

/**
 * Decides what a rollback does, in which order and why, from facts alone. Images that are gone are returned all at once: then nothing may be
 * touched. `found` holds every target of the choice with what was looked up for it.
 */
export function planRollback(
  input: RollbackInput,
  choice: Choice,
  found: ReadonlyMap<ServiceKey, FoundTarget>,
): Result<Plan, readonly Diagnostic[]> {
  const gone = goneImages(found);
  if (gone.length > 0) return err([...choice.diagnostics, ...gone]);
  const { fleet, options } = input;
  const works = rollbackWorks(input, found);
  const waits = waitsOf(works);
  const order = orderOf(works, waits, input);
  const estimate = estimateOf(order, waits, input);
  const targets = Object.fromEntries([...found].map(([key, { release }]) => [key, release]));
  const asked = rollbackOptions(input);
  const plan: Plan = {
    version: 1,
    plan: '',
    phase: fleet.settings.phase,
    options: { ...options, rollback: { ...asked, targets: input.progress ? asked.targets : targets } },
    observed: factsOf(works, input),
    services: order.map((entry) => plannedService(entry, works, { waits, estimate })),
    untouched: fleet.services.flatMap(({ key }) =>
      works.has(key) ? [] : { service: key, cause: choice.left.get(key) ?? because('unchanged', 'it does not go back') },
    ),
    ...(estimate && { estimate }),
    diagnostics: [...choice.diagnostics, ...rollbackRemarks(input, found, works)],
  };
  return ok({ ...plan, plan: planId(plan) });
}

function waitsOf(works: Works): Waits {
  return rollbackWaits(
    new Map(
      [...works].map(([key, { service, standing, doing }]) => {
        const part = doing.kind === 'go-back' ? ('target' as const) : ('beside' as const);
        return [key, { service, serving: doing.kind !== 'judge' && standing.up && standing.image !== null, part }];
      }),
    ),
  );
}

/** One service in its place. */
interface Placed {
  readonly work: RollbackWork;
  /** Longest path of waits up to it, from 1. */
  readonly wave: number;
  readonly forecast: Forecast;
}

function orderOf(works: Works, waits: Waits, { fleet, records }: RollbackInput): readonly Placed[] {
  const forecast = forecaster(records);
  const dependencies = new Map(
    fleet.services.flatMap(({ key }) => (works.has(key) ? [[key, waits.get(key)!.map((wait) => wait.to)] as const] : [])),
  );
  const waves = new Map<ServiceKey, number>();
  for (const key of topologicalOrder(dependencies)) {
    waves.set(key, 1 + Math.max(0, ...dependencies.get(key)!.map((to) => waves.get(to)!)));
  }
  return [...dependencies.keys()]
    .map((key) => ({ work: works.get(key)!, wave: waves.get(key)!, forecast: forecast(key, kindsOf(works.get(key)!)) }))
    .sort((a, b) => a.wave - b.wave);
}

function estimateOf(order: readonly Placed[], waits: Waits, { fleet }: RollbackInput): PlanEstimate | null {
  const services = order.map(({ work: { service }, forecast }) => ({
    service: service.key,
    category: categoryOf(service),
    forecast,
  }));
  const dependencies = new Map(services.map(({ service }) => [service, waits.get(service)!.map((wait) => wait.to)]));
  return estimatePlan(services, { waits: dependencies, width: fleet.services.length });
}

/** The facts of what is planned, and of what that depends on. */
function factsOf(works: Works, input: RollbackInput): Plan['observed'] {
  const depended = new Set([...works.values()].flatMap(({ service }) => service.dependsOn.map((edge) => edge.to)));
  const services = input.fleet.services.filter(({ key }) => works.has(key) || depended.has(key));
  return Object.fromEntries(services.map((s) => [s.key, planFacts(works.get(s.key)?.standing ?? standingIn(input, s))]));
}

function plannedService(
  { work, wave, forecast }: Placed,
  works: Works,
  { waits, estimate }: { readonly waits: Waits; readonly estimate: PlanEstimate | null },
): PlannedService {
  const { service, cause } = work;
  const mine = waits.get(service.key)!;
  const required = mine.filter((wait) => wait.direction === 'forward' && wait.required);
  return {
    service: service.key,
    category: categoryOf(service),
    risk: service.risk,
    effectiveRisk: service.risk,
    critical: service.critical,
    wave,
    cause,
    strategy: strategyOf(work),
    steps: stepsOf(work, mine, works),
    requires: required.map((wait) => wait.to),
    estimateMs: forecast.seen ? Math.round(forecast.typicalMs) : null,
    ...(estimate && { stepsMs: forecast.stepsMs }),
  };
}

const REPLACED: Readonly<Record<ReplaceAction, string>> = {
  up: 'it is started',
  recreate: 'it is made anew with its present image',
  restart: 'the same container is restarted',
};

function strategyOf({ doing }: RollbackWork): PlannedService['strategy'] {
  switch (doing.kind) {
    case 'go-back':
      return { order: 'stop-first', why: 'what goes back never runs beside what it takes over from' };
    case 'replace':
      return { order: 'stop-first', why: REPLACED[doing.action] };
    case 'judge':
      return { order: 'none', why: 'nothing is replaced' };
  }
}

function kindsOf({ doing, backup }: RollbackWork): StepKind[] {
  switch (doing.kind) {
    case 'go-back':
      return backup ? ['backup', 'rollback'] : ['rollback'];
    case 'replace':
      return ['replace', 'verify'];
    case 'judge':
      return ['verify'];
  }
}

function stepsOf(work: RollbackWork, waits: readonly Wait[], works: Works): PlanStep[] {
  const kinds = kindsOf(work);
  const effect = kinds.find((kind) => kind !== 'backup')!;
  return kinds.map((kind, i): PlanStep => {
    const before = i > 0 ? [stepId(work.service.key, kinds[i - 1]!)] : [];
    const own = kind === effect ? waits : [];
    const needs = own.filter((wait) => wait.direction === 'forward' && wait.required).map((wait) => awaited(wait, works));
    const after = own.filter((wait) => !(wait.direction === 'forward' && wait.required)).map((wait) => awaited(wait, works));
    return {
      id: stepId(work.service.key, kind),
      kind,
      needs: [...before, ...needs],
      ...(after.length > 0 && { after }),
      cause: (kind === 'backup' && work.backup) || work.cause,
      ...(kind === effect && effectPart(work)),
    };
  });
}

function effectPart({ doing, standing }: RollbackWork): Partial<PlanStep> {
  switch (doing.kind) {
    case 'go-back':
      return { image: doing.target.image, release: doing.target.release, changes: doing.changes };
    case 'replace': {
      const image = standing.image ?? standing.tagImage;
      return {
        action: doing.action,
        ...(image !== null && { image }),
        ...(doing.release !== null && { release: doing.release }),
      };
    }
    case 'judge':
      return standing.image === null ? {} : { image: standing.image };
  }
}

/** The step by which a service is in place, or well; a rollback is both. */
function awaited({ to, until }: Wait, works: Works): string {
  const kinds = kindsOf(works.get(to)!);
  return stepId(to, until === 'placed' ? kinds.find((kind) => kind !== 'backup')! : kinds.at(-1)!);
}
