import { countServices, countsCutOff, type RunState } from '../../journal/projection.ts';
import type { ServiceState } from '../../journal/service-state.ts';
import type { RunOutcome } from '../../model/status.ts';
import { runDurationMs } from '../../report/facts/active-time.ts';
import { type Family, type Series, single } from './exposition.ts';

/** The runs of a phase as the metrics need them. */
export interface RunFigures {
  /** How many recorded runs stand how. */
  readonly outcomes: Readonly<Record<RunOutcome, number>>;
  /** The newest run; null = there is none yet. `outcome` is how it stands now. */
  readonly newest: { readonly state: RunState; readonly outcome: RunOutcome } | null;
}

/** Metrics of the recorded runs. No run's id is a label: every run would leave series behind for ever. */
export function runMetrics({ outcomes, newest }: RunFigures, nowMs: number): Family[] {
  const recorded: Family = {
    name: 'runs',
    type: 'gauge',
    help: 'Recorded runs of the phase by outcome; old ones go when they are cleaned up.',
    series: Object.entries(outcomes).map(([outcome, value]) => ({ labels: { outcome }, value })),
  };
  return newest === null ? [recorded] : [recorded, ...newestRun(newest, nowMs), ...serviceMetrics(newest.state)];
}

function newestRun({ state, outcome }: NonNullable<RunFigures['newest']>, nowMs: number): Family[] {
  const { startedAt, finishedAt } = state;
  const startedMs = startedAt === null ? null : Date.parse(startedAt);
  const finishedMs = finishedAt === null ? null : Date.parse(finishedAt);
  const tookMs = runDurationMs(state, { live: outcome === 'running', nowMs });
  const gauge = (name: string, help: string, value: number | null) => single('gauge', { name, help }, value);
  const all = countServices(state);
  const { total, ...counts } = outcome === 'running' ? all : countsCutOff(all);
  return [
    gauge('run_active', 'Whether the newest run is being executed now.', outcome === 'running' ? 1 : 0),
    gauge('run_paused', 'Whether the newest run is paused.', outcome === 'running' && state.paused ? 1 : 0),
    gauge('run_start_time_seconds', 'When the newest run was started, since 1970.', startedMs && startedMs / 1000),
    gauge('run_end_time_seconds', 'When the newest run ended, since 1970.', finishedMs && finishedMs / 1000),
    gauge('run_duration_seconds', 'How long the newest run has taken.', tookMs && tookMs / 1000),
    gauge('run_exit_code', 'Exit code of the newest run, once it has ended.', state.exitCode),
    gauge('run_services', 'Services that the newest run is for.', total),
    {
      name: 'run_services_by_status',
      type: 'gauge',
      help: 'Services of the newest run by status.',
      series: Object.entries(counts).map(([status, value]) => ({ labels: { status: kebab(status) }, value })),
    },
    ...stepMetrics(state),
  ];
}

function stepMetrics({ services }: RunState): Family[] {
  const all = [...services.values()];
  const steps = all.flatMap((service) => service.steps);
  const kinds = [...new Set(steps.map(({ kind }) => kind))];
  const builds = all.flatMap(({ facts }) => (facts.build ? [facts.build] : []));
  const gauge = (name: string, help: string, series: readonly Series[]): Family => ({ name, type: 'gauge', help, series });
  return [
    gauge(
      'run_steps',
      'Steps of the newest run that have ended, by kind and outcome; of a step that was tried again the last try.',
      counted(steps.map(({ kind, outcome }) => ({ step: kind, outcome: outcome.status }))),
    ),
    gauge(
      'run_steps_duration_seconds',
      'How long these steps took together, by kind.',
      kinds.map((kind) => {
        const ms = steps.filter((step) => step.kind === kind).reduce((sum, { durationMs }) => sum + durationMs, 0);
        return { labels: { step: kind }, value: ms / 1000 };
      }),
    ),
    single(
      'gauge',
      { name: 'run_build_steps', help: 'Steps of Dockerfiles in the builds of the newest run.' },
      builds.reduce((sum, { totalSteps }) => sum + totalSteps, 0),
    ),
    single(
      'gauge',
      { name: 'run_build_steps_cached', help: 'Those of them that came from the cache.' },
      builds.reduce((sum, { cachedSteps }) => sum + cachedSteps, 0),
    ),
  ];
}

function serviceMetrics({ services }: RunState): Family[] {
  const all = [...services.values()];
  return [
    {
      name: 'service_status',
      type: 'gauge',
      help: 'How the services of the newest run stand: 1 for the present status, others have no series.',
      series: all.map((service) => ({
        labels: { service: service.service, category: service.category, status: statusOf(service) },
        value: 1,
      })),
    },
    {
      name: 'service_downtime_seconds',
      type: 'gauge',
      help: 'How long the service was away when the newest run replaced it.',
      series: all.flatMap(({ service, lastSettled }) =>
        lastSettled?.downtimeMs == null ? [] : [{ labels: { service }, value: lastSettled.downtimeMs / 1000 }],
      ),
    },
  ];
}

function statusOf({ phase }: ServiceState): string {
  return phase.kind === 'settled' ? phase.status : phase.kind === 'step' ? 'running' : phase.kind;
}

function counted(labels: readonly Series['labels'][]): Series[] {
  const counts = new Map<string, { readonly labels: Series['labels']; value: number }>();
  for (const one of labels) {
    const key = Object.values(one).join();
    const known = counts.get(key);
    if (known) known.value += 1;
    else counts.set(key, { labels: one, value: 1 });
  }
  return [...counts.values()];
}

/** `rolledBack` as everywhere else: `rolled-back`. */
function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
