import { type Engine, EngineUnavailable } from '../../docker/port.ts';
import type { FleetWatch } from '../../docker/watch-port.ts';
import type { Fleet, Service } from '../../fleet/types.ts';
import type { ServiceKey } from '../../model/ids.ts';
import type { ObservedContainer } from '../../plan/types.ts';
import type { LoggedErrors } from '../../report/validation/window-types.ts';
import type { LiveRun } from '../../run/rebuild-types.ts';
import { mapBounded } from '../../util/bounded.ts';
import type { Clock } from '../../util/clock.ts';
import type { Disk } from '../../util/disk.ts';
import { errorCode } from '../../util/fs-error.ts';
import { instantAt } from '../../util/instant.ts';
import { createLineJudge, type LineJudge } from '../logs/line-judge.ts';
import { LogScanner } from '../logs/scan-log.ts';
import { answersOf, readBaseline, type ServiceBaseline, sweepBaseline, writeBaseline } from './baseline.ts';

/** Before each round of probes: soon at first, because a build may be short; then so that a moment's load does not decide. */
const PAUSES_MS = [0, 300, 300, 1500, 3000];
/** Beside a run, which has the engine first. */
const AT_ONCE = 2;
const PROBE_MS = 1000;
/** Nothing is begun after that, however slow the engine is. */
const WHOLE_MS = 45_000;
const BETWEEN_WRITES_MS = 250;
const LOG_SPAN_MS = 10 * 60_000;
/** Of a log that holds more in this time, no rate is known. */
const NEWEST_LINES = 10_000;
const MAX_CONTAINERS = 2;
/** In all: to look through lines is work that the run's own process does. */
const MAX_LINES = 200_000;

/** What is looked at, and how. */
export interface BaselineScene {
  readonly live: Pick<LiveRun, 'fleet' | 'plan' | 'run' | 'state' | 'subscribe'>;
  readonly engine: Pick<Engine, 'observe' | 'probe' | 'now'>;
  readonly watch: Pick<FleetWatch, 'openLog'>;
  readonly disk: Disk;
  readonly clock: Clock;
  /** Nothing is begun after it, and the log that is being read is let go. */
  readonly signal: AbortSignal;
}

interface Subject {
  readonly service: Service;
  readonly containers: readonly ObservedContainer[];
  asked: number;
  readonly goodMs: number[];
  logged: LoggedErrors | null;
}

/**
 * Notes how the services that a run is to replace do before: a few probes, and the errors of their last minutes. What is measured once the
 * service's replace has begun does not count. An engine or disk that does not answer ends it: there is less to compare with, then.
 */
export async function takeBaseline(scene: BaselineScene): Promise<void> {
  const { live, clock } = scene;
  const touched = new Set<ServiceKey>();
  const unsubscribe = live.subscribe((event) => {
    if (event.type === 'step-intent' && event.intent.kind === 'replace') touched.add(event.service);
  });
  const endMs = clock.now() + WHOLE_MS;
  const isOver = () => scene.signal.aborted || clock.now() >= endMs;
  try {
    await sweepBaseline(scene.disk, live.fleet.root, live.run);
    const earlier = (await readBaseline(scene.disk, live.fleet.root, live.run))?.services ?? {};
    const subjects = await subjectsOf(scene, earlier);
    const judge = createLineJudge(live.fleet.settings.validation.logErrors);
    let lines = 0;
    const notes = new Notes(subjects, earlier, scene);
    for (const [round, pauseMs] of PAUSES_MS.entries()) {
      await clock.sleep(pauseMs, scene.signal);
      const left = subjects.filter(({ service }) => !touched.has(service.key));
      if (left.length === 0 || isOver()) break;
      await mapBounded(left, AT_ONCE, async (subject) => {
        if (isOver() || touched.has(subject.service.key)) return;
        await probe(subject, scene, touched);
        if (round === 0 && judge.ok && lines < MAX_LINES) lines += await readLogs(subject, judge.value, { scene, touched });
        await notes.write('soon');
      });
    }
    await notes.write('now');
  } catch (error) {
    if (!(error instanceof EngineUnavailable) && errorCode(error) === undefined) throw error;
  } finally {
    unsubscribe();
  }
}

/** Services whose container the run may replace, and has not yet; what an earlier part of the run noted stays. */
async function subjectsOf({ live, engine }: BaselineScene, earlier: object): Promise<readonly Subject[]> {
  const wanted = replacedServices(live).filter(({ key }) => !Object.hasOwn(earlier, key));
  if (wanted.length === 0) return [];
  const observed = await engine.observe(wanted);
  if (!observed.ok) return [];
  return wanted.flatMap((service): Subject[] => {
    const containers = (observed.value.services[service.key]?.containers ?? []).filter(
      ({ state, temporary }) => state === 'running' && !temporary,
    );
    return containers.length === 0 ? [] : [{ service, containers, asked: 0, goodMs: [], logged: null }];
  });
}

function replacedServices({ fleet, plan, state }: BaselineScene['live']): readonly Service[] {
  const planned = plan.services.filter(({ steps }) => steps.some(({ kind }) => kind === 'replace')).map(({ service }) => service);
  const begun = (key: ServiceKey) => state.services.get(key)?.steps.some(({ kind }) => kind === 'replace') ?? false;
  const keys = new Set(planned.filter((key) => !begun(key)));
  return servicesIn(fleet, keys).filter(({ kind }) => kind === 'service');
}

function servicesIn({ services }: Fleet, keys: ReadonlySet<ServiceKey>): readonly Service[] {
  return services.filter(({ key }) => keys.has(key));
}

/** By the network only: a command inside the container would measure how busy the engine is. */
async function probe(subject: Subject, { engine, clock }: BaselineScene, touched: ReadonlySet<ServiceKey>): Promise<void> {
  const { key, probe: asks } = subject.service;
  if (asks.kind !== 'http' && asks.kind !== 'tcp') return;
  const beganMs = clock.now();
  const { good } = await engine.probe(asks, subject.containers[0]!.id, PROBE_MS);
  if (touched.has(key)) return;
  subject.asked += 1;
  if (good) subject.goodMs.push(clock.now() - beganMs);
}

/** Returns how many lines were looked through. */
async function readLogs(
  subject: Subject,
  judge: LineJudge,
  { scene, touched }: { readonly scene: BaselineScene; readonly touched: ReadonlySet<ServiceKey> },
): Promise<number> {
  const scanner = new LogScanner(judge, { contextLines: 0, redact: () => '' });
  const nowMs = Date.parse(await scene.engine.now());
  const read = subject.containers.slice(0, MAX_CONTAINERS).map(({ id, startedAt }) => ({
    log: scene.watch.openLog(id, instantAt(nowMs - LOG_SPAN_MS)),
    spanMs: Math.min(LOG_SPAN_MS, nowMs - Date.parse(startedAt ?? instantAt(nowMs))),
  }));
  for (const { log } of read) {
    const result = await log.read((line) => scanner.push(line), { newest: NEWEST_LINES, signal: scene.signal });
    if (!result.ok || result.value === 'cut' || touched.has(subject.service.key)) return scanner.end().lines;
  }
  const { lines, crashes, errors } = scanner.end();
  subject.logged = { spanMs: Math.max(1, ...read.map(({ spanMs }) => spanMs)), errors, crashes };
  return lines;
}

/** The file, written as often as is worth it: a run may end at any time, and waits for nothing. */
class Notes {
  readonly #subjects: readonly Subject[];
  readonly #earlier: Readonly<Record<ServiceKey, ServiceBaseline>>;
  readonly #scene: BaselineScene;
  #writtenMs = 0;
  #writing: Promise<void> | null = null;

  constructor(subjects: readonly Subject[], earlier: Readonly<Record<ServiceKey, ServiceBaseline>>, scene: BaselineScene) {
    this.#subjects = subjects;
    this.#earlier = earlier;
    this.#scene = scene;
  }

  async write(when: 'soon' | 'now'): Promise<void> {
    const { clock } = this.#scene;
    if (when === 'soon' && (this.#writing || clock.now() - this.#writtenMs < BETWEEN_WRITES_MS)) return;
    await this.#writing;
    this.#writtenMs = clock.now();
    this.#writing = this.#write().finally(() => {
      this.#writing = null;
    });
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { live, disk, clock } = this.#scene;
    const at = instantAt(clock.now());
    const noted = this.#subjects
      .filter(({ asked, logged }) => asked > 0 || logged !== null)
      .map(({ service, asked, goodMs, logged }): [ServiceKey, ServiceBaseline] => {
        return [service.key, { at, answers: asked === 0 ? null : answersOf(asked, goodMs), logged }];
      });
    if (noted.length === 0) return;
    const services = { ...this.#earlier, ...Object.fromEntries(noted) };
    await writeBaseline(disk, live.fleet.root, { version: 1, run: live.run, services });
  }
}
