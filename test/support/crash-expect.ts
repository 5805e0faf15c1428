import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Event } from '../../src/journal/events.ts';
import { parseStateFile, projectPhase } from '../../src/journal/phase-state.ts';
import { loadRuns } from '../../src/journal/runs.ts';
import type { ServiceStatus } from '../../src/model/status.ts';
import type { StepKind } from '../../src/plan/types.ts';
import { nodeDisk } from '../../src/util/node-disk.ts';
import type { CrashFleet } from './crash-fleet.ts';
import { containersFor, tagsOf } from './engine-facts.ts';
import type { Seen } from './engine-watch.ts';
import { eventually } from './eventually.ts';

/** The version that a service is expected to run, and how the state file calls it. */
export type Ends = Readonly<Record<string, { readonly version: string; readonly status: ServiceStatus }>>;

/** Every service completed with the version that its sources have. */
function allCompleted(fleet: CrashFleet): Ends {
  return Object.fromEntries(Object.entries(fleet.written).map(([name, version]) => [name, { version, status: 'completed' }]));
}

/**
 * Every service is as expected (all new, when not told), well, and as its tag says, with the data that it had; the state file says what the journals say; nothing
 * strays; a plain `up` finds nothing to do.
 */
export async function expectWhole(fleet: CrashFleet, ends: Ends = allCompleted(fleet)): Promise<void> {
  const { folder, name } = fleet;
  const before = await folder.containers();
  const [seen, tags] = await Promise.all([fleet.look(), tagsOf(`${name}-`)]);
  for (const [service, { data }] of Object.entries(fleet.services)) {
    const { image, version, well } = seen[service]!;
    expect(version, service).toBe(`${service} ${ends[service]!.version}`);
    expect(well, `${service} is well`).toBe(true);
    expect(image, service).toBe(tags[`${name}-${service}:latest`]);
    if (data) expect(await fleet.hasData(service), `the data of ${service}`).toBe(true);
  }
  await expectStateTrue(fleet);
  const statuses = Object.fromEntries(Object.entries(folder.state()).map(([service, { status }]) => [service, status]));
  expect(statuses, 'state file').toEqual(Object.fromEntries(Object.entries(ends).map(([s, { status }]) => [s, status])));
  await expectNothingStray(fleet);
  await folder.dockerCompose('up', '--detach');
  expect(await folder.containers(), 'containers after a plain up').toEqual(before);
}

/** The state file says what the journals say, but for the moment of its writing. */
export async function expectStateTrue({ folder, services }: CrashFleet): Promise<void> {
  const { runs, diagnostics } = await loadRuns(nodeDisk, folder.root, 'phase1');
  expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
  const runsOldestFirst = runs.map((r) => r.state);
  const told = projectPhase({ phase: 'phase1', configured: Object.keys(services), runsOldestFirst, live: null });
  const file = parseStateFile(folder.stateText());
  expect({ ...(file.ok ? file.value : {}), updated: null }, 'state file and journals').toEqual({ ...told, updated: null });
}

/** No helper or temporary container, no candidate, no lock, no half-written file, no process. */
export async function expectNothingStray(fleet: CrashFleet): Promise<void> {
  const { folder, name } = fleet;
  const names = (await containersFor(name)).map((line) => line.split(' ')[1]!).filter((n) => !n.startsWith('slipway-keeper-'));
  expect(names.sort(), 'containers').toEqual(
    Object.keys(fleet.services)
      .map((s) => `${name}-${s}-1`)
      .sort(),
  );
  expect(readdirSync(join(folder.root, '.slipway')).sort(), 'files of .slipway').toEqual(['releases', 'runs']);
  const files = readdirSync(folder.root, { recursive: true, encoding: 'utf8' });
  expect(
    files.filter((file) => file.endsWith('.tmp')),
    'temporary files',
  ).toEqual([]);
  await eventually('no process is left', () => fleet.processes().length === 0, 5000);
  // A run that can be continued keeps what it needs for that.
  const tags = Object.keys(await tagsOf(`${name}-`)).filter((tag) => tag.includes(':candidate-'));
  expect(isDone(folder.journal()) ? tags : [], 'candidate tags').toEqual([]);
}

function isDone(journal: readonly Event[]): boolean {
  const last = journal.at(-1);
  return last?.type === 'run-finished' && last.outcome === 'done';
}

/**
 * What had a recorded success was not done again, by the engine's and buildx's own account. A verdict is no act: after a crash it is given
 * anew. What was rolled back is done anew by every continuation; a backup never is.
 */
export async function expectNothingTwice(fleet: CrashFleet, run: string): Promise<void> {
  await fleet.watch.now();
  const journal = fleet.folder.journal(run);
  for (const service of Object.keys(fleet.services)) {
    expectNoStepTwice(journal, service, ['rolled-back']);
    for (const kind of ['backup', 'build', 'test', 'replace'] as const) {
      const alike = createsLike(kind);
      const intents = journal.filter((e) => e.type === 'step-intent' && e.service === service && alike.includes(e.intent.kind));
      expect(actsOf(fleet, { run, service, kind }), `${kind} of ${service}`).toBeLessThanOrEqual(intents.length);
    }
  }
}

/**
 * By the journal alone no step of a service was begun after its success, unless it ended in one of these ways in between, or its files were
 * changed.
 */
export function expectNoStepTwice(journal: readonly Event[], service: string, anewAfter: readonly ServiceStatus[]): void {
  const mine = withoutStarts(journal.filter((e) => 'service' in e && e.service === service));
  const parts: Event[][] = [[]];
  let inputs: string | null = null;
  for (const event of mine) {
    const built: string | null =
      event.type === 'step-intent' && event.intent.kind === 'build' ? event.intent.fingerprint.inputs : inputs;
    if (built !== inputs) parts.push([]);
    inputs = built;
    parts.at(-1)!.push(event);
    const back = event.type === 'step-outcome' && event.kind === 'rollback' && event.outcome.status === 'done';
    if (back || (event.type === 'service-settled' && anewAfter.includes(event.status))) parts.push([]);
  }
  expectOnce(mine, `backup of ${service}`, 'backup');
  for (const part of parts)
    for (const kind of ['build', 'test', 'replace'] as const) expectOnce(part, `${kind} of ${service}`, kind);
}

/** Without replaces that only started the container again that an earlier one had made. */
function withoutStarts(events: readonly Event[]): Event[] {
  const made = new Set<string>();
  const starts = new Set<Event>();
  for (const [at, event] of events.entries()) {
    if (event.type !== 'step-outcome' || event.outcome.status !== 'done' || event.outcome.facts.kind !== 'replace') continue;
    const { containers } = event.outcome.facts;
    const intent = events.slice(0, at).findLast((e) => e.type === 'step-intent' && e.intent.kind === 'replace');
    if (containers.every((id) => made.has(id))) for (const e of [event, intent!]) starts.add(e);
    for (const id of containers) made.add(id);
  }
  return events.filter((e) => !starts.has(e));
}

function expectOnce(events: readonly Event[], what: string, kind: StepKind): void {
  const intents = events.filter((e) => e.type === 'step-intent' && e.intent.kind === kind);
  const done = events.filter((e) => e.type === 'step-outcome' && e.kind === kind && e.outcome.status === 'done');
  expect(done.length, `successes: ${what}`).toBeLessThanOrEqual(1);
  const after = intents.filter((intent) => done.some((success) => success.seq < intent.seq));
  expect(after, `begun after its success: ${what}`).toEqual([]);
}

/** Steps that leave the same trace on the engine: a rollback creates a container as a replace does. */
function createsLike(kind: StepKind): readonly StepKind[] {
  return kind === 'replace' ? ['replace', 'rollback'] : [kind];
}

/** How often something was done, told by those who did it. */
function actsOf(fleet: CrashFleet, of: { readonly run: string; readonly service: string; readonly kind: StepKind }): number {
  const { run, service, kind } = of;
  const tagged = (tag: string) => (e: Seen) => e.what === 'image tag' && e.name.startsWith(`${fleet.name}-${service}:${tag}`);
  const created = (role: Seen['role']) => (e: Seen) => e.what === 'container create' && e.role === role && e.service === service;
  const count = (is: (event: Seen) => boolean) => fleet.seen.filter(is).length;
  if (kind === 'backup') return count(tagged('pre-'));
  if (kind === 'build') return Math.max(fleet.buildsOf(service), count(tagged(`candidate-${run}`)));
  if (kind === 'test') return count(created('test'));
  return kind === 'replace' ? count(created('service')) : 0;
}
