import { join } from 'node:path';
import { z } from 'zod';
import { type Engine, EngineUnavailable } from '../docker/port.ts';
import { fileProblem } from '../journal/problems.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ContainerId, ServiceKey } from '../model/ids.ts';
import type { Disk } from '../util/disk.ts';
import { isMissing } from '../util/fs-error.ts';
import type { Stopped } from './volume-groups.ts';

/** What a note of stopped containers says. */
interface Note {
  readonly version: 1;
  /** On whose behalf: `backup phase1_20260204_140000`. */
  readonly why: string;
  readonly stopped: readonly Stopped[];
  /** Volumes that are being written: until they are whole nobody may start. */
  readonly halfway?: readonly string[];
}

/** Where the note is and whom to ask. */
export interface StoppedPlace {
  readonly root: string;
  readonly disk: Disk;
  readonly engine: Pick<Engine, 'start' | 'stop' | 'inspect'>;
}

/**
 * Stops the containers, does the work, and starts them again, whatever happens. What is stopped is written down first, in `.slipway`, so that
 * the next command starts it after a `kill -9` or a power loss. What could not be started is told to `say`.
 */
export async function whileStopped<T>(
  place: StoppedPlace,
  about: { readonly why: string; readonly users: readonly Stopped[]; readonly say: (problem: Diagnostic) => void },
  work: () => Promise<T>,
): Promise<T> {
  const { root, disk, engine } = place;
  if (about.users.length === 0) return work();
  const note: Note = { version: 1, why: about.why, stopped: about.users };
  await disk.makeFolder(join(root, '.slipway'));
  await writeNote(place, note);
  try {
    for (const { container, name } of about.users) {
      const stopped = await engine.stop(container);
      if (!stopped.ok) throw new StopFailed(name, stopped.error.message);
    }
    return await work();
  } finally {
    for (const problem of await startAgain(place, note)) about.say(problem);
  }
}

const noteSchema = z.object({
  version: z.literal(1),
  why: z.string(),
  stopped: z.array(z.object({ container: z.string(), name: z.string(), service: z.string() })),
  halfway: z.array(z.string()).exactOptional(),
}) satisfies z.ZodType<Note>;

/** The code of what forbids every command but another restore. */
export const HALF_RESTORED = 'volume-half-restored';

/** A container could not be stopped; those that were are started again. */
export class StopFailed extends Error {
  constructor(name: string, why: string) {
    super(`${name} could not be stopped: ${why}`);
    this.name = 'StopFailed';
  }
}

/**
 * Starts what a backup or restore that was killed had stopped, and says so; nothing when there is no note. To be called by whoever holds the
 * fleet's lock: nobody else can then be at it.
 */
export async function startWhatWasStopped(place: StoppedPlace): Promise<readonly Diagnostic[]> {
  const note = await readNote(place);
  if (note === null) return [];
  if ('code' in note) return [note];
  if (note.halfway && note.halfway.length > 0) return [halfRestored(note, note.halfway)];
  const problems = await startAgain(place, note);
  const names = note.stopped.map((s) => s.service).join(', ');
  const message = `${note.why} was cut off while these were stopped for it: ${names}. They are started again`;
  return problems.length > 0 ? problems : [{ code: 'services-started-again', severity: 'warning', message }];
}

/** What a killed backup or restore stopped and nobody has started since; null = nothing. `halfway`: volumes that are not whole. */
export async function viewStopped(
  disk: Disk,
  root: string,
): Promise<{ readonly why: string; readonly services: readonly ServiceKey[]; readonly halfway: readonly string[] } | null> {
  const note = await readNote({ disk, root });
  if (note === null || 'code' in note) return null;
  return { why: note.why, services: [...new Set(note.stopped.map((s) => s.service))], halfway: note.halfway ?? [] };
}

/** Stops the containers before volumes are written, and notes them together with those that an earlier try had stopped. */
export async function stopForVolumes(
  place: StoppedPlace,
  about: { readonly why: string; readonly users: readonly Stopped[] },
): Promise<void> {
  const earlier = await noteOf(place);
  const known = earlier?.stopped ?? [];
  const added = about.users.filter((user) => !known.some((one) => one.container === user.container));
  await place.disk.makeFolder(join(place.root, '.slipway'));
  await writeNote(place, { version: 1, why: about.why, stopped: [...added, ...known], halfway: earlier?.halfway ?? [] });
  for (const { container, name } of about.users) {
    const stopped = await place.engine.stop(container);
    if (!stopped.ok) throw new StopFailed(name, stopped.error.message);
  }
}

/** From here on the volumes are not whole: nobody starts who was stopped for them before `volumesWhole` is told. */
export async function volumesBegun(place: StoppedPlace, volumes: readonly string[]): Promise<void> {
  const note = await noteOf(place);
  if (note) await writeNote(place, { ...note, halfway: [...new Set([...(note.halfway ?? []), ...volumes])] });
}

/** The volumes are written: who was stopped for them may start. */
export async function volumesWhole(place: StoppedPlace): Promise<void> {
  const note = await noteOf(place);
  if (note) await writeNote(place, { ...note, halfway: [] });
}

/** Why nothing may be started: an earlier restore was cut off inside volumes that are not among these; null = it may. */
export async function stillHalf(place: StoppedPlace, restored: readonly string[]): Promise<Diagnostic | null> {
  const note = await noteOf(place);
  const left = (note?.halfway ?? []).filter((volume) => !restored.includes(volume));
  return note && left.length > 0 ? halfRestored(note, left) : null;
}

/**
 * A run has begun that starts these services by itself, also when it is cut off and continued: only who else was stopped stays noted. Returns
 * all who were.
 */
export async function handToRun(place: StoppedPlace, services: ReadonlySet<ServiceKey>): Promise<readonly Stopped[]> {
  const note = await noteOf(place);
  if (!note) return [];
  const others = note.stopped.filter(({ service }) => !services.has(service));
  if (others.length === 0) await place.disk.remove(notePath(place.root));
  else await writeNote(place, { ...note, stopped: others });
  return note.stopped;
}

/** Starts again whom a run that has ended did not touch; what could not be started stays noted. */
export async function startUntouched(place: StoppedPlace, stopped: readonly Stopped[]): Promise<readonly Diagnostic[]> {
  if (stopped.length === 0) return [];
  const note: Note = { version: 1, why: 'A restore', stopped };
  const problems = await startAgain(place, note);
  if (problems.length > 0) await writeNote(place, note);
  return problems;
}

/** Dependencies first. Whoever is gone has been replaced meanwhile. The note stays until all of them run. */
async function startAgain({ root, disk, engine }: StoppedPlace, note: Note): Promise<readonly Diagnostic[]> {
  const problems: Diagnostic[] = [];
  for (const { container, name, service } of note.stopped.toReversed()) {
    const why = await startOne(engine, container);
    if (why !== null) problems.push(notStarted(service, name, why));
  }
  if (problems.length === 0) await disk.remove(notePath(root));
  return problems;
}

/** Null, or why it does not run. */
async function startOne(engine: StoppedPlace['engine'], container: ContainerId): Promise<string | null> {
  try {
    if ((await engine.inspect(container)) === null) return null;
    const started = await engine.start(container);
    return started.ok ? null : started.error.message;
  } catch (error) {
    if (error instanceof EngineUnavailable) return error.message;
    throw error;
  }
}

/** The note, if there is one that can be read. */
async function noteOf(place: StoppedPlace): Promise<Note | null> {
  const note = await readNote(place);
  return note !== null && 'stopped' in note ? note : null;
}

async function writeNote({ root, disk }: StoppedPlace, note: Note): Promise<void> {
  await disk.replace(notePath(root), `${JSON.stringify(note)}\n`, { mode: 0o600, durability: 'synced' });
}

async function readNote({ root, disk }: Pick<StoppedPlace, 'root' | 'disk'>): Promise<Note | Diagnostic | null> {
  try {
    const note = noteSchema.safeParse(JSON.parse((await disk.read(notePath(root))).toString('utf8')));
    return note.success ? note.data : null;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return null;
    return fileProblem('read which services were stopped', notePath(root), error);
  }
}

function notePath(root: string): string {
  return join(root, '.slipway', 'stopped.json');
}

function halfRestored({ why, stopped }: Note, volumes: readonly string[]): Diagnostic {
  const services = [...new Set(stopped.map((s) => s.service))].join(', ');
  const waits = services === '' ? '' : `, and these stay stopped until it is whole: ${services}`;
  return {
    code: HALF_RESTORED,
    severity: 'error',
    message: `${why} was cut off while it wrote ${volumes.join(', ')}${waits}`,
    remedy: 'run the restore again: slipway restore FOLDER --volumes',
  };
}

function notStarted(service: string, name: string, why: string): Diagnostic {
  return {
    code: 'not-started-again',
    severity: 'error',
    service,
    message: `${service} was stopped for its volume and could not be started again: ${why}`,
    remedy: `docker start ${name}`,
  };
}
