import type { Edge, Fingerprint, Project, Service } from '../../fleet/types.ts';
import type { Before } from '../../journal/events.ts';
import { wentBackAsPlanned } from '../../journal/service-state.ts';
import type { Failure } from '../../model/failure.ts';
import type { ContainerId, ImageId, Instant, ServiceKey, StepId } from '../../model/ids.ts';
import type { ServiceStatus } from '../../model/status.ts';
import { breaks, shares } from '../../plan/ripples.ts';
import type { Plan, PlannedService, Tested } from '../../plan/types.ts';
import { Deferred } from './deferred.ts';
import { type NetworkRecord, NO_NETWORK_RECORD } from './network.ts';

/** How something that others wait for came out. `pending`: it will not happen in this run (the run is stopping). */
export type Arrival = 'good' | 'bad' | 'pending';

/** What was put in place, and what was there before. */
export interface Replaced {
  readonly containers: readonly ContainerId[];
  readonly image: ImageId;
  readonly before: Before;
  readonly stoppedAt: Instant | null;
}

/** How a service ended in this run; `pending` = not started or not finished, to be continued. */
export interface Settled {
  readonly status: ServiceStatus;
  readonly failure: Failure | null;
}

/** Completed, or put back because the plan said so. */
export function endedWell(settled: Settled): boolean {
  return settled.status === 'completed' || wentBackAsPlanned(settled);
}

/**
 * One planned service while it is being run: what is known so far, and what others can wait for.
 *
 *     waiting ── slot ──► steps… ──► replaced ──► healthy ──► settled(completed, or rolled-back as planned)
 *        │                  │            │           │
 *        │                  └─ failure ──┴── fall ───┴──► settled(failed | rolled-back)
 *        ├─ a required dependency failed ───────────────► settled(skipped)
 *        └─ the run stops ──────────────────────────────► settled(pending)
 */
export class ServiceRun {
  readonly planned: PlannedService;
  readonly service: Service;
  readonly project: Project;
  /** Arrives at the first healthy verdict; dependents start then. */
  readonly healthy = new Deferred<Arrival>();
  readonly settled = new Deferred<Settled>();
  readonly steps = new Map<StepId, Deferred<Arrival>>();
  /** Aborts when a dependency fell and this service has to go back. */
  readonly takeBack = new AbortController();
  takenBackBy: ServiceKey | null = null;
  /** While it is being put back because of another: resolves when it is. */
  wayBack: Deferred<void> | null = null;
  /** When it began to fail, in the order of the failures of this run; from then on nothing may be built on it. */
  failing: number | null = null;
  /** Of one that fails: whether it is going back, as soon as that is decided. */
  readonly goesBack = new Deferred<boolean>();
  /** A failed replace left it neither as it was nor as it should be, or with nothing at all: it goes back whatever the policy says. */
  halfReplaced = false;
  /** Inside its replace step: too late to skip it, it has to go back. */
  replacing = false;

  network: NetworkRecord = NO_NETWORK_RECORD;

  /** The last word on it: `settled` is the first, which a later rollback can overrule. */
  final: Settled | null = null;
  image: ImageId | null = null;
  fingerprint: Fingerprint | null = null;
  tested: Tested;
  replaced: Replaced | null = null;
  /** The image that a rollback of the plan has put in place. */
  putBack: ImageId | null = null;
  downtimeMs: number | null = null;

  constructor(init: {
    replaced: Replaced | null;
    planned: PlannedService;
    service: Service;
    project: Project;
    tested: Tested;
    fingerprint: Fingerprint | null;
  }) {
    this.planned = init.planned;
    this.service = init.service;
    this.project = init.project;
    this.tested = init.tested;
    this.fingerprint = init.fingerprint;
    this.replaced = init.replaced;
    this.image = init.planned.steps.find((s) => s.image)?.image ?? init.replaced?.image ?? null;
    for (const step of init.planned.steps) this.steps.set(step.id, new Deferred());
  }

  get key(): ServiceKey {
    return this.planned.service;
  }

  /** Ends the service for this run and tells everyone who still waits for a part of it. */
  settle(settled: Settled): void {
    this.final = settled;
    const arrival: Arrival = endedWell(settled) ? 'good' : settled.status === 'pending' ? 'pending' : 'bad';
    for (const step of this.steps.values()) step.resolve(arrival);
    this.healthy.resolve(arrival);
    this.settled.resolve(settled);
  }
}

/** A service that has to follow when the target of the edge gets another container. */
export interface Follower {
  readonly follower: ServiceRun;
  readonly edge: Edge;
}

function followers(runs: readonly ServiceRun[]): ReadonlyMap<ServiceKey, readonly Follower[]> {
  const found = new Map<ServiceKey, Follower[]>();
  for (const follower of runs) {
    const edges = follower.service.dependsOn.filter((edge) => breaks(edge) && edge.to !== follower.key);
    for (const to of new Set(edges.map((edge) => edge.to))) {
      const own = edges.filter((edge) => edge.to === to);
      found.set(to, [...(found.get(to) ?? []), { follower, edge: own.find(shares) ?? own[0]! }]);
    }
  }
  return found;
}

/** All services of a run, by key and by gate. */
export class Board {
  /** The planned ones, in plan order. */
  readonly runs: readonly ServiceRun[];
  /** With those that were completed before the run was continued: those first, which is an order for dependencies as good as any. */
  readonly all: readonly ServiceRun[];
  readonly #byKey: ReadonlyMap<ServiceKey, ServiceRun>;
  readonly #earlier: ReadonlySet<ServiceKey>;
  readonly #followers: ReadonlyMap<ServiceKey, readonly Follower[]>;
  readonly #dependents = new Map<ServiceKey, ServiceRun[]>();
  readonly #gates = new Map<string, Promise<Arrival>>();
  readonly #withdrawn = new Map<number, ServiceKey>();

  constructor(runs: readonly ServiceRun[], earlier: readonly ServiceRun[] = []) {
    this.runs = runs;
    this.all = [...earlier, ...runs];
    this.#byKey = new Map(this.all.map((r) => [r.key, r]));
    this.#followers = followers(this.all);
    this.#earlier = new Set(earlier.map((r) => r.key));
    for (const run of this.all) {
      for (const needed of this.requiredBy(run)) this.#dependents.set(needed, [...(this.#dependents.get(needed) ?? []), run]);
    }
  }

  /** What a service requires of this run: as planned, and what the run had completed before it was continued, or completed on it. */
  requiredBy({ planned, service }: ServiceRun): readonly ServiceKey[] {
    const wasThere = (key: ServiceKey) => this.#earlier.has(key) || (this.#earlier.has(service.key) && this.#byKey.has(key));
    const edges = service.dependsOn.filter(({ to, required, source }) => required && source !== 'build' && wasThere(to));
    return [...new Set([...planned.requires, ...edges.map(({ to }) => to)])];
  }

  find(key: ServiceKey): ServiceRun | undefined {
    return this.#byKey.get(key);
  }

  /** A wave went back because of a service: what of it is not in place yet is not put there in this run. */
  withdraw(wave: number, because: ServiceKey): void {
    if (!this.#withdrawn.has(wave)) this.#withdrawn.set(wave, because);
  }

  /** The service because of which this one's wave went back. */
  withdrawnFor({ key, planned }: ServiceRun): ServiceKey | null {
    const because = this.#withdrawn.get(planned.wave) ?? null;
    return because === key ? null : because;
  }

  /** Those that are bound to a service's very container, or restart with it (traps T3), each by its strongest edge. */
  followersOf(key: ServiceKey): readonly Follower[] {
    return this.#followers.get(key) ?? [];
  }

  /** The services that require this one. */
  directDependentsOf(key: ServiceKey): readonly ServiceRun[] {
    return this.#dependents.get(key) ?? [];
  }

  /** The services that require this one, directly or through others. */
  dependentsOf(key: ServiceKey): readonly ServiceRun[] {
    const found = new Set<ServiceRun>();
    const visit = (of: ServiceKey) => {
      for (const run of this.#dependents.get(of) ?? []) {
        if (found.has(run)) continue;
        found.add(run);
        visit(run.key);
      }
    };
    visit(key);
    return [...found];
  }

  /** Arrives when every planned service of an effective risk has its outcome, whatever it is. */
  gate(risk: string): Promise<Arrival> {
    const known = this.#gates.get(risk);
    if (known) return known;
    const members = this.runs.filter((r) => r.planned.effectiveRisk === risk);
    const gate = Promise.all(members.map((r) => r.settled.promise)).then((all) =>
      all.some((s) => s.status === 'pending') ? 'pending' : 'good',
    );
    this.#gates.set(risk, gate);
    return gate;
  }
}

/** The image that a service's containers ran when the plan was made. */
export function imageBefore(plan: Plan, key: ServiceKey): ImageId | null {
  return plan.observed[key]?.image ?? null;
}
