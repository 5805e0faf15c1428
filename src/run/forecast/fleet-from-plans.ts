import type { Edge, EdgeCondition, Fleet, Service, Settings } from '../../fleet/types.ts';
import type { ServiceKey } from '../../model/ids.ts';
import type { Plan, PlannedService, PlanStep } from '../../plan/types.ts';

/**
 * The fleet as the plans of its runs have it, for a forecast where no Compose model can be had: every service that a rebuild has planned, as
 * its newest plan says. What was never planned is not in it, and a dependency is known only when both were planned together.
 */
export function fleetFromPlans(
  plansOldestFirst: readonly Plan[],
  of: { readonly root: string; readonly settings: Settings },
): Fleet {
  const planned = new Map<ServiceKey, PlannedService>();
  for (const { services } of plansOldestFirst) for (const service of services) planned.set(service.service, service);
  const services = [...planned.values()].map((service) => serviceFrom(service, planned));
  const projects = [...new Set(services.map((service) => service.project))];
  const categories = new Map([...planned.values()].map(({ category, risk }) => [category, risk]));
  return {
    root: of.root,
    configFile: null,
    settings: of.settings,
    projects: projects.map((name) => {
      const own = services.filter((service) => service.project === name);
      const model = { name, services: Object.fromEntries(own.map((service) => [service.name, service.compose])) };
      return { name, directory: of.root, files: [], envFiles: [], profiles: [], model };
    }),
    categories: [...categories].map(([name, risk]) => ({ name, description: '', risk, priority: '' })),
    services,
  };
}

/** Of a single project, whose services go by their names alone. */
const ONLY_PROJECT = 'fleet';

function serviceFrom(planned: PlannedService, all: ReadonlyMap<ServiceKey, PlannedService>): Service {
  const { service: key, category, risk, critical, strategy, steps } = planned;
  const slash = key.indexOf('/');
  const build = steps.find((step) => step.kind === 'build');
  const startFirst = strategy.order === 'start-first';
  return {
    key,
    project: slash < 0 ? ONLY_PROJECT : key.slice(0, slash),
    name: key.slice(slash + 1),
    category,
    risk,
    critical,
    stack: 'other',
    kind: strategy.why === 'a job that runs once' ? 'one-shot' : 'service',
    image: `${key}:latest`,
    build: build?.pull ? null : { context: build?.sameBuildAs ?? key },
    scale: 1,
    hiddenByProfile: false,
    dependsOn: edgesOf(planned, all),
    probe: { kind: 'none' },
    healthcheck: null,
    test: {
      command: steps.some((step) => step.kind === 'test') ? ['test'] : null,
      target: null,
      mounts: [],
      isolation: 'sandbox',
      timeoutMs: 0,
    },
    replace: { order: startFirst ? 'start-first' : 'stop-first', preflight: strategy.preflight === true },
    startFirstObstacles: startFirst ? [] : ['it was replaced stop-first'],
    stopGraceMs: 0,
    published: [],
    anonymousVolumes: [],
    compose: {},
    place: { file: '' },
  };
}

function edgesOf({ service, steps }: PlannedService, all: ReadonlyMap<ServiceKey, PlannedService>): readonly Edge[] {
  return steps
    .flatMap((step) => [
      ...step.needs.flatMap((need) => edgeTo(need, step, { required: true })),
      ...(step.after ?? []).flatMap((need) => edgeTo(need, step, { required: false })),
    ])
    .filter((edge) => edge.to !== service && all.has(edge.to));
}

/** A replace waits for another service's step, a build for another's build; gates and a service's own steps come out of the plan again. */
function edgeTo(need: string, step: PlanStep, { required }: Pick<Edge, 'required'>): readonly Edge[] {
  const at = need.lastIndexOf(':');
  const to = need.slice(0, at);
  if (step.kind === 'build' && to !== step.sameBuildAs) {
    return [{ to, condition: 'started', required, restart: false, source: 'build' }];
  }
  if (step.kind !== 'replace') return [];
  const condition: EdgeCondition = need.slice(at + 1) === 'verify' ? 'healthy' : 'started';
  return [{ to, condition, required, restart: false, source: 'depends_on' }];
}
