import type { Event, EventBody, RunCommand, StepFacts, StepOutcome } from '../../src/journal/events.ts';
import { projectRun, type RunState } from '../../src/journal/projection.ts';
import type { Failure } from '../../src/model/failure.ts';
import type { StepId } from '../../src/model/ids.ts';
import { NO_OPTIONS } from '../../src/plan/options.ts';
import type { Plan, PlannedService, StepKind } from '../../src/plan/types.ts';
import { type ReportInput, reportOf } from '../../src/report/document/report.ts';
import type { Report } from '../../src/report/document/types.ts';

const RUN = '20260204_140000';
const START_MS = Date.parse('2026-02-04T14:00:00.000Z');
/** What a hostile or careless build prints. */
const NASTY_LINE = '</pre><script>alert(1)</script> ```` ]]> | & "x" \u001b[31mred\u001b[0m \u0007::error::no <b>';

/** An image id made of one letter. */
export function imageId(letter: string): string {
  return `sha256:${letter.repeat(64)}`;
}

const FINGERPRINT = { inputs: 'i', unknown: null, config: 'c', bases: [] };

/** The steps that a story tells of a service; each takes its time after the one before. */
type Told = readonly [kind: StepKind, durationMs: number, outcome: StepOutcome];

const done = (facts: StepFacts): StepOutcome => ({ status: 'done', facts });
const failed = (failure: Failure): StepOutcome => ({ status: 'failed', failure });

const BEFORE = { containers: ['c0'], image: imageId('a'), tagImage: imageId('a'), anonymousVolumes: {} };
const backup: Told = ['backup', 120, done({ kind: 'backup', tag: 'api:pre', image: imageId('a') })];
const build = (letter: string, cachedSteps = 6): Told => [
  'build',
  42_000,
  done({
    kind: 'build',
    image: imageId(letter),
    candidate: 'x',
    totalSteps: 9,
    cachedSteps,
    sizeBytes: 181_000_000,
    fingerprint: FINGERPRINT,
  }),
];
const tested: Told = ['test', 8000, done({ kind: 'test', result: 'passed', tests: 37, why: 'exit code 0' })];
const replace = (letter: string): Told => [
  'replace',
  1500,
  done({ kind: 'replace', containers: ['c1'], image: imageId(letter), stoppedAt: null, before: BEFORE }),
];
const verify: Told = [
  'verify',
  6200,
  done({ kind: 'verify', verdict: { kind: 'healthy', why: 'healthcheck' }, downtimeMs: 2100 }),
];
const BUILD_FAILURE: Failure = { code: 'build-failed', message: 'pip install failed', lastLogLines: ['step 4', NASTY_LINE] };
const SICK: Failure = {
  code: 'bad-verdict',
  verdict: { kind: 'crash-looping', restarts: 3, exitCode: 1 },
  lastLogLines: ['Traceback (most recent call last):', '  File "/app/main.py", line 3', 'KeyError: DB_URL'],
};

/** A journal in the making. */
class Journal {
  readonly events: Event[] = [];
  #atMs = START_MS;

  at(ms: number): this {
    this.#atMs = START_MS + ms;
    return this;
  }

  add(body: EventBody): this {
    this.events.push({ v: 1, seq: this.events.length + 1, at: new Date(this.#atMs).toISOString(), run: RUN, ...body });
    return this;
  }

  start(services: readonly PlannedService[], command: RunCommand): this {
    return this.add({
      type: 'run-started',
      phase: 'phase1',
      plan: 'abc',
      command,
      options: NO_OPTIONS,
      services: services.map(({ service, category, wave }) => ({ service, category, wave })),
      slipway: '0.1.0',
      engine: { docker: '26.1.5', compose: '2.40.3', buildx: '0.29.1' },
    });
  }

  /** The steps of a service from an instant on. */
  tell(service: string, fromMs: number, steps: readonly Told[]): this {
    let ms = fromMs;
    for (const [kind, durationMs, outcome] of steps) {
      const step: StepId = `${service}:${kind}`;
      this.at(ms).add({ type: 'step-intent', service, step, attempt: 1, intent: { kind: 'verify', containers: ['c1'] } });
      ms += durationMs;
      this.at(ms).add({ type: 'step-outcome', service, step, kind, attempt: 1, durationMs, outcome });
    }
    return this;
  }

  settle(service: string, changes: Partial<Extract<EventBody, { type: 'service-settled' }>> = {}): this {
    return this.add({
      type: 'service-settled',
      service,
      status: 'completed',
      failure: null,
      image: null,
      tested: 'untested',
      fingerprint: null,
      downtimeMs: null,
      ...changes,
    });
  }

  state(): RunState {
    return projectRun(RUN, this.events);
  }
}

function planned(service: string, changes: Partial<PlannedService> = {}): PlannedService {
  const estimate = { typicalMs: 30_000, slowMs: 50_000, samples: 4 };
  return {
    service,
    category: 'integration',
    risk: 'low',
    effectiveRisk: 'low',
    critical: false,
    wave: 1,
    cause: { code: 'inputs-changed', text: 'its inputs differ from those of the last completed run' },
    strategy: { order: 'stop-first', why: 'host port 8009' },
    steps: [],
    requires: [],
    estimateMs: 45_000,
    stepsMs: { backup: estimate, build: estimate, test: estimate, replace: estimate, verify: estimate, rollback: estimate },
    ...changes,
  };
}

function planOf(services: readonly PlannedService[], changes: Partial<Plan> = {}): Plan {
  return {
    version: 1,
    plan: 'abc',
    phase: 'phase1',
    options: NO_OPTIONS,
    observed: {},
    services,
    untouched: [{ service: 'sports-api', cause: { code: 'unchanged', text: 'same inputs, bases | configuration' } }],
    estimate: { typicalMs: 62_000, slowMs: 95_000, unseen: 1 },
    diagnostics: [],
    ...changes,
  };
}

const WEATHER = planned('weather-api');
const CALENDAR = planned('calendar', { estimateMs: null, stepsMs: {} });
const ML = planned('ml-service', { category: 'ai-ml', risk: 'medium', critical: true, wave: 2 });
const CORE = planned('ai-core', { category: 'ai-ml', risk: 'medium', wave: 2, requires: ['ml-service'] });

/** What a report is made of, and the journal that it comes from. */
interface MadeRun extends ReportInput {
  readonly events: readonly Event[];
}

function inputOf(journal: Journal, plan: Plan | null, changes: Partial<ReportInput> = {}): MadeRun {
  const state = journal.state();
  return {
    state,
    events: journal.events,
    outcome: state.outcome,
    plan,
    nowMs: START_MS + 600_000,
    sizes: new Map([
      [imageId('a'), 168_500_000],
      [imageId('b'), 181_000_000],
    ]),
    excerpts: new Map(),
    logs: `logs/phase1_builds/${RUN}`,
    statusFile: 'there',
    command: 'slipway',
    ...changes,
  };
}

const goodSteps = [backup, build('b'), tested, replace('b'), verify];
const good = { image: imageId('b'), tested: 'passed', downtimeMs: 2100 } as const;

function doneRun(): MadeRun {
  const services = [WEATHER, CALENDAR];
  const journal = new Journal().start(services, 'rebuild');
  journal.tell('weather-api', 100, goodSteps).settle('weather-api', good);
  journal.tell('calendar', 400, [backup, build('b', 9), tested, replace('b'), verify]).settle('calendar', good);
  journal.at(58_400).add({ type: 'run-finished', outcome: 'done', exitCode: 0, why: '' });
  return inputOf(journal, planOf(services));
}

/** A build fails, a critical service crash-loops and goes back, what needs it is skipped. */
function failedRun(): MadeRun {
  const services = [WEATHER, CALENDAR, ML, CORE];
  const journal = new Journal().start(services, 'rebuild');
  journal
    .tell('weather-api', 100, [backup, ['build', 31_000, failed(BUILD_FAILURE)]])
    .settle('weather-api', { status: 'failed', failure: BUILD_FAILURE, image: imageId('a') });
  journal.tell('calendar', 300, goodSteps).settle('calendar', good);
  const rollback: Told = ['rollback', 3100, done({ kind: 'rollback', containers: ['c2'], image: imageId('a') })];
  journal
    .tell('ml-service', 60_000, [backup, build('b'), tested, replace('b'), ['verify', 40_000, failed(SICK)], rollback])
    .settle('ml-service', { status: 'rolled-back', failure: SICK, image: imageId('a'), downtimeMs: 46_000 });
  journal.settle('ai-core', { status: 'skipped', failure: { code: 'dependency-failed', dependency: 'ml-service' } });
  journal.at(160_000).add({ type: 'run-finished', outcome: 'failed', exitCode: 1, why: '2 services failed' });
  const excerpt = {
    file: `logs/phase1_builds/${RUN}/weather-api.log`,
    lines: ['#7 [4/9] RUN pip install', NASTY_LINE, 'exit code 1'],
  };
  return inputOf(journal, planOf(services), { excerpts: new Map([['weather-api', excerpt]]) });
}

/** Cut off in a build; the process is gone. */
function interruptedRun(): MadeRun {
  const services = [WEATHER, CALENDAR];
  const journal = new Journal().start(services, 'rebuild');
  journal.tell('weather-api', 100, goodSteps).settle('weather-api', good);
  journal.tell('calendar', 300, [backup]).add({
    type: 'step-intent',
    service: 'calendar',
    step: 'calendar:build',
    attempt: 1,
    intent: { kind: 'build', candidate: 'x', fingerprint: FINGERPRINT },
  });
  return inputOf(journal, null, { outcome: 'interrupted' });
}

function rollbackRun(): MadeRun {
  const back = planned('weather-api', {
    cause: { code: 'forced', text: 'it goes back to release 20260203_090000' },
    estimateMs: null,
    stepsMs: {},
  });
  const lost = planned('calendar', { estimateMs: null, stepsMs: {} });
  const plan = planOf([back, lost], {
    estimate: { typicalMs: 4000, slowMs: 4000, unseen: 2 },
    observed: {
      'weather-api': { containers: [], image: imageId('b'), tagImage: null, inputs: null, config: '', status: 'completed' },
    },
    untouched: [],
  });
  const commands = [
    ['docker', 'start', 'calendar-1'],
    ['docker', 'tag', imageId('a'), 'calendar:latest; rm'],
  ];
  const failure: Failure = { code: 'rollback-failed', message: 'no such container', commands };
  const journal = new Journal().start([back, lost], 'rollback');
  journal.tell('weather-api', 100, [['rollback', 3100, done({ kind: 'rollback', containers: ['c2'], image: imageId('a') })]]);
  journal.settle('weather-api', { status: 'rolled-back', image: imageId('a'), downtimeMs: 2900 });
  journal.tell('calendar', 100, [['rollback', 900, failed(failure)]]).settle('calendar', { status: 'failed', failure });
  journal.at(4000).add({ type: 'run-finished', outcome: 'failed', exitCode: 3, why: 'a rollback failed' });
  return inputOf(journal, plan);
}

function emptyRun(): MadeRun {
  const journal = new Journal().start([], 'rebuild');
  journal.at(200).add({ type: 'run-finished', outcome: 'done', exitCode: 0, why: '' });
  const { estimate: _, ...plan } = planOf([]);
  return inputOf(journal, plan);
}

/** Runs that reports are made of: one of each way to end. */
export const REPORT_RUNS = {
  done: doneRun,
  failed: failedRun,
  interrupted: interruptedRun,
  rollback: rollbackRun,
  nothing: emptyRun,
} as const;

export type ReportRun = keyof typeof REPORT_RUNS;

/** The report of one of them. */
export function reportOfRun(name: ReportRun): Report {
  return reportOf(REPORT_RUNS[name]());
}

/** What one of them leaves in the project dir. */
export function reportRunFiles(name: ReportRun): Readonly<Record<string, string>> {
  const { plan, events } = REPORT_RUNS[name]();
  const folder = `.slipway/runs/${RUN}`;
  return {
    [`${folder}/journal.ndjson`]: events.map((event) => `${JSON.stringify(event)}\n`).join(''),
    ...(plan && { [`${folder}/plan.json`]: JSON.stringify(plan) }),
  };
}
