import type { PlannedService, PlanStep } from '../../plan/types.ts';
import type { RunContext } from '../context.ts';
import type { ServiceRun } from './board.ts';
import { Lane, type Release } from './lanes.ts';

/**
 * How many replaces of one project run at once when all its networks and volumes exist. More shortens a run on few cores no further and
 * lengthens each downtime (docs/performance.md).
 */
const REPLACE_WIDTH = 3;

/** All lanes of a run. */
export interface Lanes {
  /** A place in the batch; granted in plan order. Null when the signal aborted first. */
  takeSlot(run: ServiceRun, signal: AbortSignal): Promise<Release | null>;
  /** The lane of a step; a replace gives the slot back as it begins. Null when the run is stopping. */
  enter(run: ServiceRun, step: PlanStep, slot: Release): Promise<Release | null>;
  /** A preflight keeps its slot and needs no lane, unless it would create networks or volumes. Null when the run is stopping. */
  beside(run: ServiceRun): Promise<Release | null>;
}

/**
 * Slots bound the services in flight, from the build to the replace; builds are bounded by `max_parallel_builds` as well; replaces of one
 * project take turns while networks or volumes are missing, because concurrent Compose calls would create them twice (traps T6); verifying
 * has no bound.
 */
export function makeLanes(ctx: RunContext): Lanes {
  const { batch } = ctx.fleet.settings;
  const size = ctx.options.batchSize ?? batch.size;
  const width = size === 'all' ? Number.POSITIVE_INFINITY : size;
  const slots = batch.barrier ? new Barrier(ctx, width) : new Lane(width);
  const builds = new Lane(size === 'all' ? width : Math.min(width, batch.maxParallelBuilds));
  const replaces = new Map(ctx.fleet.projects.map((p) => [p.name, new ReplaceLane(ctx, p.name)]));
  return {
    async takeSlot(run, signal) {
      if (!needsSlot(run.planned)) return signal.aborted ? null : () => {};
      return slots instanceof Barrier ? slots.take(run, signal) : slots.acquire(signal);
    },
    async enter(run, step, slot) {
      if (step.kind === 'build') return builds.acquire(ctx.stop.draining);
      if (step.kind !== 'replace' && step.kind !== 'rollback') return () => {};
      const release = await replaces.get(run.service.project)?.enter(run, step);
      slot();
      return release ?? null;
    },
    beside: async (run) => (await replaces.get(run.service.project)?.beside(run)) ?? null,
  };
}

function needsSlot({ steps }: Pick<PlannedService, 'steps'>): boolean {
  return steps.some(({ kind }) => kind === 'build' || kind === 'test');
}

/** One project's replace lane. */
class ReplaceLane {
  readonly #lane = new Lane(REPLACE_WIDTH);
  readonly #ctx: RunContext;
  readonly #project: string;
  readonly #present = new Set<string>();

  constructor(ctx: RunContext, project: string) {
    this.#ctx = ctx;
    this.#project = project;
  }

  async enter(run: ServiceRun, step: PlanStep): Promise<Release | null> {
    const { draining } = this.#ctx.stop;
    if (await this.#allThere(run, step)) return this.#lane.acquire(draining);
    return this.#lane.acquireAlone(draining);
  }

  async beside(run: ServiceRun): Promise<Release | null> {
    return (await this.#allThere(run)) ? () => {} : this.#lane.acquireAlone(this.#ctx.stop.draining);
  }

  async #allThere(run: ServiceRun, step?: PlanStep): Promise<boolean> {
    const needed = this.#resources(run, step);
    if (needed.every((name) => this.#present.has(name))) return true;
    const observed = await this.#ctx.engine.observe([run.service]);
    if (observed.ok) for (const name of [...observed.value.networks, ...observed.value.volumes]) this.#present.add(name);
    return needed.every((name) => this.#present.has(name));
  }

  /** The engine's names of every network and named volume of the service, as the step puts it in place. */
  #resources(run: ServiceRun, step: PlanStep | undefined): readonly string[] {
    const form = step?.release === undefined ? null : this.#ctx.forms.of(run.service, step.release);
    const { compose } = form?.service ?? run.service;
    const model = form?.stored?.model ?? run.project.model;
    const networks = Object.keys((compose.networks as Record<string, unknown> | undefined) ?? {});
    const volumes = (compose.volumes ?? []).filter((v) => v.type === 'volume' && v.source).map((v) => v.source as string);
    return [
      ...networks.map((n) => model.networks?.[n]?.name ?? `${this.#project}_${n}`),
      ...volumes.map((v) => model.volumes?.[v]?.name ?? `${this.#project}_${v}`),
    ];
  }
}

/** `batch.barrier`: the next batch starts when every service of the one before is settled. */
class Barrier {
  readonly #batches: readonly (readonly string[])[];
  readonly #settled = new Map<string, Promise<unknown>>();

  constructor(ctx: RunContext, width: number) {
    // Who takes no slot is in no batch either: it would not be waited for.
    const keys = ctx.plan.services.filter(needsSlot).map((s) => s.service);
    const size = Math.min(width, Math.max(1, keys.length));
    this.#batches = keys.flatMap((_, i) => (i % size === 0 ? [keys.slice(i, i + size)] : []));
  }

  async take(run: ServiceRun, signal: AbortSignal): Promise<Release | null> {
    this.#settled.set(run.key, run.settled.promise);
    const mine = this.#batches.findIndex((batch) => batch.includes(run.key));
    await Promise.resolve();
    const before = (this.#batches[mine - 1] ?? []).map((key) => this.#settled.get(key));
    const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    if (!signal.aborted) await Promise.race([Promise.all(before), stopped]);
    return signal.aborted ? null : () => {};
  }
}
