import { isDeepStrictEqual } from 'node:util';
import type { Standing } from '../../src/docker/simulated/host-types.ts';
import type { Fleet, Service } from '../../src/fleet/types.ts';
import type { Event } from '../../src/journal/events.ts';
import { projectPhase, renderStateFile } from '../../src/journal/phase-state.ts';
import { loadRuns } from '../../src/journal/runs.ts';
import type { ServiceState } from '../../src/journal/service-state.ts';
import type { ServiceKey } from '../../src/model/ids.ts';
import { EXIT, type ExitCode } from '../../src/model/status.ts';
import type { RebuildResult } from '../../src/run/rebuild-types.ts';
import type { Chapter, SimulatedMachine } from './simulated-machine.ts';

/** Markers of the lock; `checkLock` looks at them. */
const LOCK = 'slipway-lock-';

type Ran = Extract<RebuildResult, { kind: 'ran' }>;

/** Says what is wrong; nothing when all is well. */
export type Complain = (what: string) => void;

/** How each service stands once Slipway has ended by itself: wholly old or wholly new, and as the record says. */
export function checkStandings(chapter: Chapter, result: Ran, complain: Complain): void {
  const away = engineWasAway(chapter);
  for (const service of chapter.fleet.services) {
    const state = result.state.services.get(service.key) ?? null;
    const one = { chapter, service, state, before: chapter.before.get(service.key)!, after: chapter.after.get(service.key)! };
    const say = (what: string) => complain(`${service.key}: ${what}`);
    if (settledNow(one)?.failure?.code === 'rollback-failed') continue;
    if (!touched(chapter, service.key)) checkUntouched(one, say);
    // What is left open is for `--continue` to put in order.
    else if (!away && settledNow(one)) checkWhole(one, say);
    if (!away) checkCritical(one, result, say);
  }
}

/** How the fleet is at the end of a story, when nothing went wrong any more: whatever happened to a service before, it is whole. */
export async function checkEnd(machine: SimulatedMachine, chapters: readonly Chapter[], complain: Complain): Promise<void> {
  const last = chapters.at(-1)!;
  const { result } = last;
  if (last.outage || result === null || result.kind === 'refused' || result.kind === 'broken') return;
  const { runs } = await loadRuns(machine.disk, last.fleet.root, last.fleet.settings.phase);
  const failed = new Set(runs.flatMap((r) => [...r.state.services.values()].filter(hasFailed).map((s) => s.service)));
  for (const service of last.fleet.services) {
    const one = {
      chapter: last,
      service,
      state: null,
      before: last.before.get(service.key)!,
      after: last.after.get(service.key)!,
    };
    const say = (what: string) => complain(`at the end ${service.key} ${what}`);
    if (!failed.has(service.key)) checkWhole(one, say);
    if (!failed.has(service.key) && runs.at(-1)?.state.outcome === 'done') checkFollowed(one, failed, say);
  }
  // What was completed before somebody edited it is for the next run; tags that services share keep it from being empty (see the report).
  const settled = runs.at(-1)?.state.outcome === 'done' && !isEdited(chapters) && !sharesTags(last.fleet);
  if (!settled || [...last.after.values()].some((s) => !s.well)) return;
  const plan = await machine.plan();
  for (const { service, cause } of plan.services) {
    // What nobody tested is tested some time; what has fallen since is put up again.
    if (cause.code !== 'untested' && last.after.get(service)?.well)
      complain(`the run is done, and ${service} is planned again: ${cause.text}`);
  }
}

function isEdited(chapters: readonly Chapter[]): boolean {
  return chapters.some(({ start, events }) => {
    const edits = start.edits.length + start.reconfigures.length;
    return edits > 0 && (start.command === 'continue' || !events.some((e) => e.type === 'run-started'));
  });
}

function sharesTags({ services }: Fleet): boolean {
  return new Set(services.map((s) => s.image)).size < services.length;
}

function hasFailed({ lastSettled }: ServiceState): boolean {
  return lastSettled?.status === 'failed';
}

/** A running service is not bound to a container that is gone (traps T3). */
function checkFollowed({ chapter, service, after }: One, failed: ReadonlySet<ServiceKey>, say: Complain): void {
  for (const { to, source } of service.dependsOn) {
    // With one that failed its dependents are skipped, whatever became of it.
    if (source !== 'namespace' || failed.has(to)) continue;
    const madeMs = Math.max(...chapter.after.get(to)!.containers.map((c) => Date.parse(c.createdAt)));
    if (after.containers.some((c) => c.state === 'running' && Date.parse(c.createdAt) < madeMs))
      say(`shares the namespace of a ${to} that is gone`);
  }
}

/** Whoever has ended by himself has given the lock back. */
export function checkLock(machine: SimulatedMachine, chapter: Chapter, complain: Complain): void {
  const { result } = chapter;
  // Another's lock stays, as one's own does that could not be looked at, or given back.
  if (chapter.said.some((d) => d.code === 'lock-not-released')) return;
  if (result?.kind === 'refused' && result.diagnostics.some((d) => d.code === 'lock-failed' || d.code === 'locked')) return;
  // The claim of a take-over in which the engine failed stays: it holds nobody up, for no other has its name.
  const markers = machine.host.rest().helpers.filter((name) => name.startsWith(LOCK) && !/-[0-9a-f]{12}$/.test(name));
  if (markers.length > 0) complain(`the lock is left: ${markers.join(', ')}`);
  if (machine.disk.files().has(`${chapter.fleet.root}/.slipway/lock`)) complain('the lock file is left');
}

interface One {
  readonly chapter: Chapter;
  readonly service: Service;
  readonly state: ServiceState | null;
  readonly before: Standing;
  readonly after: Standing;
}

/** A service in which no replace and no rollback was begun has exactly the containers that it had. */
function checkUntouched({ before, after }: One, say: Complain): void {
  const ids = (s: Standing) => s.containers.map((c) => c.id).toSorted();
  if (!isDeepStrictEqual(ids(before), ids(after))) say(`was not to be touched, and has other containers: ${names(after)}`);
}

function checkWhole({ chapter, service, state, before, after }: One, say: Complain): void {
  const { containers } = after;
  const temporary = containers.filter((c) => c.temporary);
  if (temporary.length > 0) say(`has containers under temporary names: ${names(after)}`);
  if (new Set(containers.map((c) => c.number)).size < containers.length) say(`serves twice: ${names(after)}`);
  if (containers.length > Math.max(service.scale, before.containers.length)) say(`has too many containers: ${names(after)}`);
  if (containers.length === 0 && before.containers.length > 0) say('has lost its container');
  if (new Set(after.images).size > 1) say(`runs several images: ${names(after)}`);
  if (new Set(containers.map((c) => c.configHash)).size > 1) say(`runs several configurations: ${names(after)}`);
  const mates = chapter.fleet.services.filter((s) => s.image === service.image);
  const running = mates.flatMap((s) => chapter.after.get(s.key)!.images);
  if (after.tagImage !== null && running.length > 0 && !running.includes(after.tagImage)) {
    say(`its tag is of ${short(after.tagImage)}, and it runs ${after.images.map(short).join(', ')}`);
  }
  if (
    !chapter.outage &&
    state?.lastSettled?.status === 'completed' &&
    service.kind === 'service' &&
    containers.some((c) => c.state !== 'running')
  )
    say(`is recorded as completed and does not run: ${names(after)}`);
}

/** How the service ended in this start; null = it was left open. */
function settledNow({ state }: One) {
  return state?.phase.kind === 'settled' ? state.phase : null;
}

/** A critical service that failed after it was replaced runs what it ran before. */
function checkCritical(one: One, { exitCode }: Ran, say: Complain): void {
  const { service, state, before, after } = one;
  const settled = settledNow(one);
  if (!settled || !state || service.kind === 'one-shot' || before.images.length === 0) return;
  const intent = state.steps.find((s) => s.kind === 'replace');
  if (settled.status === 'failed' && service.critical && intent && exitCode !== EXIT.rollbackFailed) {
    const isNew = after.images.some((image) => !before.images.includes(image));
    if (isNew && !after.well) say(`is critical, failed (${settled.failure?.code}), and its bad version serves`);
  }
  if (settled.status === 'rolled-back' && after.images.some((image) => image !== settled.image))
    say(`is recorded as rolled back to ${short(settled.image ?? '')} and runs ${after.images.map(short).join(', ')}`);
}

/** The exit code tells how the services ended. */
export function checkExit(chapter: Chapter, { exitCode, state }: Ran, complain: Complain): void {
  const all = [...state.services.values()];
  const finals = all.map((s) => (s.phase.kind === 'settled' ? s.phase : null));
  const lost = finals.some((f) => f?.failure?.code === 'rollback-failed');
  const bad = finals.some((f) => f === null || f.status !== 'completed');
  if (exitCode === EXIT.done && bad) complain('exit 0, and not every service is completed');
  if (exitCode === EXIT.done && state.outcome !== 'done') complain(`exit 0 with outcome ${state.outcome}`);
  if (exitCode !== EXIT.done && state.outcome === 'done') complain(`exit ${exitCode} with outcome done`);
  if (lost && exitCode !== EXIT.rollbackFailed) complain(`a rollback failed, and the exit code is ${exitCode}`);
  if (!lost && exitCode === EXIT.rollbackFailed) complain('exit 3, and no rollback failed');
  const signalled = [EXIT.interrupted, EXIT.terminated].some((code) => code === exitCode);
  const cancelled = chapter.events.some((e) => e.type === 'control-received' && e.action === 'cancel');
  if (signalled && chapter.start.signals.length === 0 && !cancelled) complain(`exit ${exitCode} without a signal`);
  if (cancelled && !CANCELLED_EXITS.includes(exitCode)) complain(`cancelled, and the exit code is ${exitCode}`);
  if (exitCode === EXIT.serviceFailed && !bad && state.outcome !== 'failed') complain('exit 1, and nothing is bad');
}

/** A failed rollback beats a cancel; what runs may not have been recorded at all, and then nothing was begun. */
const CANCELLED_EXITS: readonly ExitCode[] = [EXIT.interrupted, EXIT.rollbackFailed, EXIT.couldNotStart];

/** What the journal says, read back, is what the run says; and the state file says the same. */
export async function checkRecord(
  machine: SimulatedMachine,
  { fleet, start }: Chapter,
  result: Ran,
  complain: Complain,
): Promise<void> {
  const { phase, monitoring } = fleet.settings;
  const { runs, diagnostics } = await loadRuns(machine.disk, fleet.root, phase);
  for (const { message } of diagnostics.filter((d) => d.severity === 'error')) complain(`a journal cannot be read: ${message}`);
  const read = runs.find((r) => r.run === result.state.run)?.state;
  if (!read) return complain('the run has no journal');
  const shown = { ...result.state, activity: [], lastSeq: 0, services: withoutProgress(result.state.services) };
  if (
    !isDeepStrictEqual(
      { ...read, activity: [], lastSeq: 0, services: withoutProgress(read.services), lastAt: shown.lastAt },
      shown,
    )
  )
    complain('the journal, read back, tells another story than the run');
  // On a full disk it says what was so before.
  if (start.diskBytes !== null) return;
  const configured = fleet.services.filter((s) => s.category !== null).map((s) => s.key);
  const wanted = renderStateFile(
    projectPhase({ phase, configured, runsOldestFirst: runs.map((r) => r.state), live: result.state.run }),
  );
  const present = machine.disk.files().get(`${fleet.root}/${monitoring.stateFile}`)?.toString() ?? '';
  if (withoutInstant(present) !== withoutInstant(wanted))
    complain(`the state file is not what the journals say:\n${present}\n${wanted}`);
}

/** Nothing of ours is left on the engine or the disk when a run is done. */
export function checkLeftovers(machine: SimulatedMachine, complain: Complain): void {
  const { helpers, tags } = machine.host.rest();
  const records = [...machine.disk.files()].flatMap(([path, content]) => (path.endsWith('/release.json') ? [content] : []));
  const unwanted = helpers.filter((name) => !isKept(name, records) && !name.startsWith(LOCK));
  if (unwanted.length > 0) complain(`helpers are left: ${unwanted.join(', ')}`);
  const candidates = Object.keys(tags).filter((tag) => tag.includes(':candidate-'));
  if (candidates.length > 0) complain(`candidates are left: ${candidates.join(', ')}`);
}

/** A keeper of an image that a release has; its name ends in the image id's first digits. */
function isKept(helper: string, releases: readonly Buffer[]): boolean {
  if (!helper.startsWith('slipway-keeper-')) return false;
  return releases.some((record) => record.includes(`sha256:${helper.slice(-12)}`));
}

/** Whether a call of this start met an engine that was away, or a failure that is as bad. */
function engineWasAway({ events }: Chapter): boolean {
  return events.some(
    (e) =>
      e.type === 'step-outcome' &&
      e.outcome.status === 'failed' &&
      (e.outcome.failure.code === 'engine-error' || e.outcome.failure.code === 'disk-full'),
  );
}

function touched({ events }: Chapter, key: ServiceKey): boolean {
  return events.some((e: Event) => {
    if (e.type === 'leftover-repaired') return e.service === key;
    return e.type === 'step-intent' && e.service === key && (e.intent.kind === 'replace' || e.intent.kind === 'rollback');
  });
}

function withoutProgress(services: ReadonlyMap<ServiceKey, ServiceState>): ServiceState[] {
  return [...services.values()].map((s) => (s.phase.kind === 'step' ? { ...s, phase: { ...s.phase, progress: null } } : s));
}

function withoutInstant(stateFile: string): string {
  return stateFile.replace(/"updated":("[^"]*"|null)/, '');
}

function names({ containers }: Standing): string {
  return containers.map((c) => `${c.name} ${c.state} of ${short(c.image)} ${c.configHash.slice(0, 6)}`).join(', ') || 'none';
}

function short(image: string): string {
  return image.replace('sha256:', '').slice(0, 8);
}
