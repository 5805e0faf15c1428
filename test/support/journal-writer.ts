import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Event, EventBody } from '../../src/journal/events.ts';
import { describeHolder, holderToRecord } from '../../src/journal/holder.ts';
import { runIdAt } from '../../src/model/ids.ts';
import { NO_OPTIONS } from '../../src/plan/options.ts';
import type { Plan } from '../../src/plan/types.ts';
import { readHostIdentity } from '../../src/util/host-identity.ts';
import { planOf, started } from './run-state.ts';

/** A service of a made-up fleet. */
export interface MadeUpService {
  readonly service: string;
  readonly category: string;
}

const CATEGORIES = ['integration', 'ai_ml', 'device', 'automation', 'analytics', 'frontend', 'core'];
const NAMES = ['weather', 'calendar', 'sports', 'energy', 'carbon', 'blueprint', 'device', 'proactive', 'ha-setup', 'data'];
const KINDS = ['api', 'service', 'retention', 'intelligence', 'agent', 'ingestion', 'health', 'suggestions'];

/** So many services with names as people give them, in seven categories. */
export function madeUpFleet(count: number): readonly MadeUpService[] {
  return Array.from({ length: count }, (_, i) => ({
    service: `${NAMES[i % NAMES.length]}-${KINDS[Math.floor(i / NAMES.length) % KINDS.length]}${i < 80 ? '' : `-${Math.floor(i / 80)}`}`,
    category: CATEGORIES[Math.floor((i * CATEGORIES.length) / count)]!,
  }));
}

/** A run in a project folder, written as an executor would write it, by whoever holds this. */
export class WrittenRun {
  readonly root: string;
  readonly run: string;
  readonly dir: string;
  readonly services: readonly MadeUpService[];
  #seq = 0;

  /** Makes the project folder's configuration, the run's folder and its plan; `atMs` is when the run began. */
  constructor(root: string, services: readonly MadeUpService[], atMs: number) {
    this.root = root;
    this.services = services;
    this.run = runIdAt(atMs);
    this.dir = join(root, '.slipway/runs', this.run);
    mkdirSync(this.dir, { recursive: true });
    writeFileSync(
      join(root, 'slipway.yaml'),
      'phase: phase1\nfleet:\n  projects:\n    - name: sw-made-up\n      files: [compose.yaml]\n',
    );
    writeFileSync(join(root, 'compose.yaml'), 'services:\n  none:\n    image: scratch\n');
    writeFileSync(join(this.dir, 'plan.json'), JSON.stringify(madeUpPlan(services)));
    this.append([started(services)], atMs);
  }

  get journal(): string {
    return join(this.dir, 'journal.ndjson');
  }

  /** How many events there are: the last one's number. */
  get lastSeq(): number {
    return this.#seq;
  }

  /** Adds events that happened at that instant (milliseconds since 1970), each `everyMs` after the one before. */
  append(bodies: readonly EventBody[], atMs: number, everyMs = 0): readonly Event[] {
    const events = bodies.map((body, i): Event => {
      this.#seq += 1;
      return { v: 1, seq: this.#seq, at: new Date(atMs + i * everyMs).toISOString(), run: this.run, ...body };
    });
    appendFileSync(this.journal, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    return events;
  }

  /** Text at the end of a service's log. */
  log(service: string, text: string, kind: 'build' | 'test' = 'build'): void {
    const path = join(this.root, 'logs/phase1_builds', this.run, `${service}${kind === 'build' ? '' : '_test'}.log`);
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, text);
  }

  /** From now on this process, or the one named, seems to execute the run. */
  async hold(pid = process.pid): Promise<void> {
    const me = await readHostIdentity(pid);
    const holder = await describeHolder(me, {
      startedAt: new Date(0).toISOString(),
      command: 'slipway rebuild',
      root: this.root,
    });
    writeFileSync(join(this.root, '.slipway/lock'), JSON.stringify(holderToRecord(holder)));
  }

  /** Nobody executes it any more. */
  release(): void {
    rmSync(join(this.root, '.slipway/lock'), { force: true });
  }
}

/** A plan for them: risks by category, every ninth critical, some never seen before. */
export function madeUpPlan(services: readonly MadeUpService[]): Plan {
  const risks = ['low', 'medium', 'high'] as const;
  const plan = planOf(services);
  const planned = plan.services.map((one, i) => {
    const risk = risks[CATEGORIES.indexOf(one.category) % 3]!;
    return {
      ...one,
      risk,
      effectiveRisk: risk,
      critical: i % 9 === 0,
      estimateMs: i % 11 === 3 ? null : 40_000 + (i % 7) * 9000,
    };
  });
  const estimate = { typicalMs: services.length * 12_000, slowMs: services.length * 20_000, unseen: 3 };
  return {
    version: 1,
    plan: 'p1',
    phase: 'phase1',
    options: NO_OPTIONS,
    observed: {},
    ...plan,
    services: planned,
    estimate,
    diagnostics: [],
  };
}
