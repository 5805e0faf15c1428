import { type Engine, type EngineLock, type EngineProblem, EngineUnavailable } from '../../docker/port.ts';
import { attempt, type ExclusiveStore, removeOwn } from '../../journal/exclusive.ts';
import { describeHolder, type Holder, holderFromRecord, holderText, holderToRecord, judgeHolder } from '../../journal/holder.ts';
import { type FileLock, type FileLockRefusal, tryLockFile } from '../../journal/lock.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Clock } from '../../util/clock.ts';
import type { Disk } from '../../util/disk.ts';
import type { HostIdentity } from '../../util/host-identity.ts';
import { instantAt } from '../../util/instant.ts';

/** How long `--lock-wait` sleeps between two tries, milliseconds. */
const POLL_MS = 250;

export interface LockRequest {
  readonly disk: Disk;
  /** The project dir. */
  readonly root: string;
  readonly engine: Engine;
  /** Compose project names. */
  readonly projects: readonly string[];
  readonly me: HostIdentity;
  readonly clock: Clock;
  /** The command line, without secrets, for the message that another operator sees. */
  readonly command: string;
  /** How long to wait for the holder; 0 = not at all. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** Why the fleet is not ours. `holder` null: it could not be told, or nobody holds it and something else is wrong. */
export interface LockRefusal {
  readonly holder: Holder | null;
  readonly message: string;
  readonly remedy: string;
  /** The lock file, when that is what is wrong. */
  readonly file?: string;
}

/** The fleet's lock: the file in the project dir and one marker a Compose project on the engine. */
export interface FleetLock {
  readonly holder: Holder;
  /** One sentence for each holder that was gone and from whom it was taken over. */
  readonly takenOver: readonly string[];
  /**
   * Releases in reverse order; what is not ours any more is left alone. Answers why the engine would not give its part back, if so: the
   * next rebuild takes that over, as this process will be gone.
   */
  release(): Promise<string | null>;
}

/** Locks the fleet against every other rebuild, in this folder and in any other clone that uses the same engine. */
export async function acquireFleetLock(request: LockRequest): Promise<Result<FleetLock, LockRefusal>> {
  const { clock, me, root, command, signal } = request;
  const holder = await describeHolder(me, { startedAt: instantAt(clock.now()), command, root });
  const deadline = clock.now() + request.waitMs;
  for (;;) {
    const locked = await tryFleetLock(request, holder);
    const mayWait = !locked.ok && locked.error.waitable && clock.now() < deadline && !signal.aborted;
    if (locked.ok) return locked;
    if (!mayWait) return err(locked.error);
    await clock.sleep(POLL_MS, signal);
  }
}

/** The refusal for a living holder. */
export function heldBy(holder: Holder | null, where: string): LockRefusal {
  if (!holder) {
    const remedy = 'run the command again; if it stays so and no rebuild is under way: `slipway unlock --force`';
    return { holder, message: `${where} is locked by somebody who cannot be named`, remedy };
  }
  const remedy =
    'wait for it to end, or wait here with --lock-wait 10m; if that process is surely gone: `slipway unlock --force`';
  return { holder, message: `${where} is locked by ${holderText(holder)}`, remedy };
}

/** Marker containers as a store of names: the engine refuses a second container of one name. Engine trouble is thrown as EngineTrouble. */
function markerStore(engine: Engine): ExclusiveStore {
  return {
    async create(name, content) {
      const created = await engine.lock({ project: name, holder: JSON.parse(content) });
      if (created.ok) return 'created';
      if (isLock(created.error)) return 'taken';
      throw new EngineTrouble(created.error);
    },
    async read(name) {
      const present = await engine.lockHolder(name);
      return present ? markerText(present.holder) : null;
    },
    async remove(name) {
      const removed = await engine.unlock(name);
      if (!removed.ok) throw new EngineTrouble(removed.error);
    },
  };
}

/** A marker's labels as text that is equal for equal labels. */
function markerText(labels: Readonly<Record<string, string>>): string {
  const holder = holderFromRecord(labels);
  return JSON.stringify(holder ? holderToRecord(holder) : labels);
}

/** An engine problem on its way out of a store. */
class EngineTrouble extends Error {
  readonly problem: EngineProblem;

  constructor(problem: EngineProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

type Refused = LockRefusal & { readonly waitable: boolean };

async function tryFleetLock(request: LockRequest, holder: Holder): Promise<Result<FleetLock, Refused>> {
  const file = await tryLockFile(request.disk, request.root, holder, request.me);
  if (!file.ok) return err(fileRefused(file.error));
  const markers = await lockMarkers(request, holder);
  if (!markers.ok) {
    await file.value.release();
    return markers;
  }
  const { takenOver, release } = markers.value;
  return ok({
    holder,
    takenOver: [...fileTakeOver(file.value), ...takenOver],
    release: async () => {
      const trouble = await release().then(() => null, engineTrouble);
      await file.value.release();
      return trouble;
    },
  });
}

function fileRefused(refusal: FileLockRefusal): Refused {
  if (refusal.kind === 'held') return { ...heldBy(refusal.holder, 'The fleet'), waitable: true };
  const { message, remedy, file } = refusal.problem;
  return { ...unusable(message, remedy ?? ''), ...(file === undefined ? {} : { file }) };
}

async function lockMarkers(
  { engine, projects, me }: LockRequest,
  holder: Holder,
): Promise<Result<{ readonly takenOver: readonly string[]; release(): Promise<void> }, Refused>> {
  const content = markerText(holderToRecord(holder));
  const options = { store: markerStore(engine), content, isGone: (text: string) => isGone(text, me) };
  const ours: string[] = [];
  const takenOver: string[] = [];
  const release = async () => {
    for (const project of ours.toReversed()) await removeOwn(options.store, project, content);
  };
  try {
    for (const project of projects.toSorted()) {
      const result = await attempt(project, options);
      if (result.kind === 'held') {
        await release();
        return err({ ...heldBy(result.by === null ? null : holderOf(result.by), `The project ${project}`), waitable: true });
      }
      ours.push(project);
      const before = result.tookOver && holderOf(result.tookOver);
      if (before) takenOver.push(`Took over the lock of project ${project} from ${holderText(before)}, which is gone`);
    }
    return ok({ takenOver, release });
  } catch (error) {
    if (!(error instanceof EngineTrouble || error instanceof EngineUnavailable)) throw error;
    await release().catch(() => {});
    return err(unusable(error.problem.message, error.problem.remedy));
  }
}

/** A marker that does not say whose it is may be a future version's: it is not taken over. */
async function isGone(text: string, me: HostIdentity): Promise<boolean> {
  const holder = holderOf(text);
  return holder !== null && (await judgeHolder(holder, me)) === 'gone';
}

function holderOf(text: string): Holder | null {
  return holderFromRecord(JSON.parse(text));
}

function fileTakeOver({ tookOver }: FileLock): readonly string[] {
  if (tookOver === null) return [];
  if (tookOver === 'unreadable') return ['Took over a lock file that was cut short and named nobody'];
  return [`Took over the fleet's lock from ${holderText(tookOver)}, which is gone`];
}

function engineTrouble(error: unknown): string {
  if (error instanceof EngineTrouble || error instanceof EngineUnavailable) return error.message;
  throw error;
}

function unusable(message: string, remedy: string): Refused {
  return { holder: null, message, remedy, waitable: false };
}

function isLock(error: EngineLock | EngineProblem): error is EngineLock {
  return 'holder' in error;
}
