import type { Event } from '../../src/journal/events.ts';
import type { ServiceKey, StepId } from '../../src/model/ids.ts';
import type { Plan } from '../../src/plan/types.ts';
import type { Complain } from './simulated-checks.ts';
import type { Chapter } from './simulated-machine.ts';

/** As many replaces of a project run at once (docs/architecture.md). */
const REPLACE_WIDTH = 3;

/** No step begins before what it needs, and no limit is passed at any instant. */
export function checkOrder(chapter: Chapter, complain: Complain): void {
  const { plan } = chapter;
  if (plan === null) return;
  const from = chapter.events.findLastIndex((e) => e.type === 'run-started' || e.type === 'run-resumed');
  const events = chapter.events.slice(from + 1);
  const order = new OrderCheck(plan, complain);
  const limits = new Limits(chapter, plan, complain);
  for (const event of events) {
    order.see(event);
    limits.see(event);
  }
  checkBuilds(chapter, plan, complain);
}

/** Follows which needs are met. */
class OrderCheck {
  readonly #plan: Plan;
  readonly #complain: Complain;
  readonly #steps: ReadonlyMap<StepId, { readonly needs: readonly string[] }>;
  readonly #ended = new Set<StepId>();
  readonly #healthy = new Set<ServiceKey>();
  readonly #settled = new Set<ServiceKey>();
  readonly #unjudged = new Set<ServiceKey>();

  constructor(plan: Plan, complain: Complain) {
    this.#plan = plan;
    this.#complain = complain;
    this.#steps = new Map(
      plan.services.flatMap((s) => s.steps.map((step) => [step.id, { needs: [...step.needs, ...(step.after ?? [])] }] as const)),
    );
  }

  see(event: Event): void {
    if (event.type === 'step-intent' && event.attempt === 1) {
      const missing = this.#steps.get(event.step)?.needs.filter((need) => !this.#isMet(need)) ?? [];
      if (missing.length > 0) this.#complain(`${event.step} began before ${missing.join(', ')}`);
    }
    // A service can follow two others that go back: then it goes back twice, each time with an intent.
    if (event.type === 'step-intent' && event.intent.kind === 'rollback') this.#ended.delete(event.step);
    if (event.type === 'step-outcome') {
      if (this.#ended.has(event.step)) this.#complain(`${event.step} has two outcomes`);
      this.#ended.add(event.step);
    }
    if (event.type === 'service-healthy') this.#healthy.add(event.service);
    if (event.type === 'service-settled') this.#settled.add(event.service);
    this.#checkJudged(event);
  }

  /** What was put in place is not completed before it was judged. */
  #checkJudged(event: Event): void {
    if (event.type === 'step-outcome' && event.outcome.status === 'done') {
      if (event.kind === 'replace') this.#unjudged.add(event.service);
      if (event.kind === 'verify') this.#unjudged.delete(event.service);
    }
    if (event.type === 'service-settled' && event.status === 'completed' && this.#unjudged.has(event.service))
      this.#complain(`${event.service} was replaced, never judged, and is completed`);
  }

  #isMet(need: string): boolean {
    if (need.startsWith('risk:')) {
      const risk = need.slice('risk:'.length);
      return this.#plan.services.every((s) => s.effectiveRisk !== risk || this.#settled.has(s.service));
    }
    const service = need.slice(0, need.lastIndexOf(':'));
    if (this.#ended.has(need) || this.#settled.has(service)) return true;
    return need.endsWith(':verify') && this.#healthy.has(service);
  }
}

/** Counts what is under way by the journal. */
class Limits {
  readonly #chapter: Chapter;
  readonly #slots: number;
  readonly #complain: Complain;
  readonly #lastInSlot: ReadonlyMap<ServiceKey, StepId>;
  readonly #inSlot = new Set<ServiceKey>();
  readonly #replacing = new Map<ServiceKey, string>();

  constructor(chapter: Chapter, plan: Plan, complain: Complain) {
    this.#chapter = chapter;
    this.#complain = complain;
    this.#slots = widthOf(chapter, plan);
    this.#lastInSlot = new Map(
      plan.services.map((s) => [s.service, s.steps.findLast((x) => x.kind === 'build' || x.kind === 'test')?.id ?? '']),
    );
  }

  see(event: Event): void {
    if (event.type === 'step-intent') {
      const { kind } = event.intent;
      if (kind === 'build' || kind === 'test') this.#inSlot.add(event.service);
      if (kind === 'replace') this.#replacing.set(event.service, this.#projectOf(event.service));
    }
    if (event.type === 'step-outcome') {
      const over = event.outcome.status === 'failed' || event.outcome.status === 'interrupted';
      if (over || this.#lastInSlot.get(event.service) === event.step) this.#inSlot.delete(event.service);
      if (event.kind === 'replace') this.#replacing.delete(event.service);
    }
    if (event.type === 'service-settled') this.#inSlot.delete(event.service);
    if (this.#inSlot.size > this.#slots) this.#complain(`${this.#inSlot.size} services in ${this.#slots} slots`);
    for (const project of new Set(this.#replacing.values())) {
      const width = [...this.#replacing.values()].filter((p) => p === project).length;
      if (width > REPLACE_WIDTH) this.#complain(`${width} replaces of ${project} at once`);
    }
  }

  #projectOf(key: ServiceKey): string {
    return this.#chapter.fleet.services.find((s) => s.key === key)!.project;
  }
}

/** Counts the builds by the engine's own calls. */
function checkBuilds(chapter: Chapter, plan: Plan, complain: Complain): void {
  const width = Math.min(
    widthOf(chapter, plan),
    sizeOf(chapter, plan) === 'all' ? Infinity : chapter.fleet.settings.batch.maxParallelBuilds,
  );
  let building = 0;
  for (const { verb, phase } of chapter.calls) {
    if (verb !== 'build' && verb !== 'pull') continue;
    // One that a killed Slipway had begun ends here without having begun here.
    building = Math.max(0, building + (phase === 'begins' ? 1 : -1));
    if (building > width) complain(`${building} builds at once, ${width} are allowed`);
  }
}

function sizeOf({ fleet }: Chapter, { options }: Plan): number | 'all' {
  return options.batchSize ?? fleet.settings.batch.size;
}

function widthOf(chapter: Chapter, plan: Plan): number {
  const size = sizeOf(chapter, plan);
  return size === 'all' ? Infinity : size;
}
