import { randomBytes } from 'node:crypto';
import { chmod, lstat, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Clock } from '../util/clock.ts';
import { readOneLine } from './line.ts';
import { type ControlPlace, controlPlace, prepareFolder } from './place.ts';
import { type ControlReply, type ControlRequest, MAX_LINE_BYTES, readRequest, refusal, TIMEOUT_MS } from './protocol.ts';

/** Where other processes of the same user can ask for something. */
export interface ControlServer {
  /** Stops listening, cuts off who is connected, and removes the socket if it is still this one. */
  close(): Promise<void>;
}

/** So many at once: more are turned away, so that they cannot take the run's file handles. */
const MAX_CONNECTIONS = 256;
const MAKING = 'new-';

/**
 * Listens for requests about the live run of a project dir. Whoever holds the project's lock calls it, so a socket that is there already is
 * one that a dead process left. The error says why the run cannot be controlled, which changes nothing for the run itself.
 */
export async function startControlServer(
  root: string,
  { clock, answer }: { readonly clock: Clock; readonly answer: (request: ControlRequest) => Promise<ControlReply> },
): Promise<Result<ControlServer, Diagnostic>> {
  try {
    const place = await controlPlace(root);
    const unsafe = await prepareFolder(place);
    if (unsafe !== null) return err(notControlled(unsafe));
    const open = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }, (socket) => void serve(socket, { clock, answer, open }));
    server.maxConnections = MAX_CONNECTIONS;
    const own = await listen(server, place);
    let closed: Promise<void> | null = null;
    return ok({
      close: () => {
        // Once: another time its inode may be that of the next run's socket.
        closed ??= close(server, { open, place, own });
        return closed;
      },
    });
  } catch (error) {
    return err(notControlled(error instanceof Error ? error.message : String(error)));
  }
}

/** Takes its place in one step, over a stale socket too. Returns the socket's inode. */
async function listen(server: Server, { folder, socket }: ControlPlace): Promise<number> {
  // Under another name first, because Node removes the path that it was bound to when it closes: by then another run may listen there.
  for (const left of await readdir(folder)) if (left.startsWith(MAKING)) await rm(join(folder, left), { force: true });
  const making = join(folder, `${MAKING}${randomBytes(4).toString('hex')}`);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(making, () => {
      server.off('error', reject);
      // What goes wrong with it later is nothing to the run.
      server.on('error', () => {});
      resolve();
    });
  });
  await chmod(making, 0o600);
  await rename(making, socket);
  return (await lstat(socket)).ino;
}

async function serve(
  socket: Socket,
  {
    clock,
    answer,
    open,
  }: {
    readonly clock: Clock;
    readonly answer: (request: ControlRequest) => Promise<ControlReply>;
    readonly open: Set<Socket>;
  },
): Promise<void> {
  open.add(socket);
  socket.on('error', () => {}).on('close', () => open.delete(socket));
  const read = await readOneLine(socket, { maxBytes: MAX_LINE_BYTES, timeoutMs: TIMEOUT_MS, clock });
  if (read.kind !== 'line') return finish(socket, refusal('bad-request', PROBLEMS[read.kind]));
  const request = readRequest(read.text);
  if (request === null) return finish(socket, refusal('bad-request', 'that is no request of this version'));
  finish(socket, await answer(request).catch((error: unknown) => refusal('internal-error', String(error))));
}

const PROBLEMS = {
  'too-long': `a request has at most ${MAX_LINE_BYTES} bytes`,
  'cut-short': 'the request ended before its line did',
  timeout: 'the request took too long',
};

/** Whoever does not read the answer is not waited for. */
function finish(socket: Socket, reply: ControlReply): void {
  socket.end(`${JSON.stringify(reply)}\n`, () => socket.destroy());
}

async function close(
  server: Server,
  { open, place, own }: { readonly open: ReadonlySet<Socket>; readonly place: ControlPlace; readonly own: number },
): Promise<void> {
  // First of all, for no other socket can have its inode as long as it is open.
  const found = await lstat(place.socket).catch(() => null);
  const isOwn = found?.ino === own;
  if (isOwn) await rm(place.socket, { force: true }).catch(() => {});
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of open) socket.destroy();
  await closed;
  // Nothing is left of it, unless the next run is there already.
  if (isOwn) await rmdir(place.folder).catch(() => {});
}

function notControlled(why: string): Diagnostic {
  const message = `pause, resume and cancel will not reach this run: ${why}`;
  return { code: 'not-controlled', severity: 'warning', message, remedy: 'Ctrl-C where it was started works as ever' };
}
