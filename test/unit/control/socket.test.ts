import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { askControl } from '../../../src/control/client.ts';
import { controlPlace } from '../../../src/control/place.ts';
import { type ControlRequest, MAX_LINE_BYTES, TIMEOUT_MS } from '../../../src/control/protocol.ts';
import { startControlServer } from '../../../src/control/server.ts';
import { type Clock, systemClock } from '../../../src/util/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { folderWith } from '../../support/folder.ts';

const RUN = '20260204_140000';
const ASKED: Omit<ControlRequest, 'v'> = { action: 'pause', by: 'a test' };

/** A project dir in which a run has begun. */
function project(): string {
  const root = folderWith();
  mkdirSync(join(root, '.slipway'));
  return root;
}

/** A clock whose sleeps end when the test says so. */
function handClock() {
  const sleeping = new Map<() => void, number>();
  const clock: Clock = {
    now: () => 0,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        sleeping.set(resolve, ms);
        signal?.addEventListener('abort', () => sleeping.delete(resolve) && resolve(), { once: true });
      }),
  };
  const wake = () => {
    for (const resolve of sleeping.keys()) resolve();
  };
  return { clock, wake, sleeps: () => [...sleeping.values()] };
}

async function serving(root: string, clock: Clock = systemClock) {
  const asked: ControlRequest[] = [];
  const started = await startControlServer(root, {
    clock,
    answer: async (request) => {
      asked.push(request);
      return { ok: true, run: RUN, paused: true, level: 'running', changed: true };
    },
  });
  if (!started.ok) throw new Error(started.error.message);
  onTestFinished(() => started.value.close());
  return { server: started.value, asked };
}

/** A connection that says what the test wants it to. */
async function raw(root: string) {
  const { socket: path } = await controlPlace(root);
  const socket: Socket = connect({ path, allowHalfOpen: true });
  let heard = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
  });
  // A server that has heard enough does not wait for the rest.
  socket.on('error', () => {}).on('end', () => socket.destroy());
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(heard)));
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  onTestFinished(() => void socket.destroy());
  return { socket, answer: async () => JSON.parse(await closed) as unknown, closed };
}

describe('asking', () => {
  test('gets what was asked to the run, and its answer back', async () => {
    const root = project();
    const { asked } = await serving(root);
    expect(await askControl(root, { ...ASKED, run: RUN })).toEqual({
      ok: true,
      value: { run: RUN, paused: true, level: 'running', changed: true },
    });
    expect(asked).toEqual([{ v: 1, run: RUN, ...ASKED }]);
  });

  test('a hundred at once are all answered', async () => {
    const root = project();
    const { asked } = await serving(root);
    const answers = await Promise.all(Array.from({ length: 100 }, () => askControl(root, ASKED)));
    expect(answers.filter((a) => a.ok)).toHaveLength(100);
    expect(asked).toHaveLength(100);
  });

  test.each([
    ['where nothing was ever run', () => folderWith()],
    ['where the folder does not exist', () => '/nowhere/at/all'],
    ['where a run has ended', project],
  ])('%s nobody is live', async (_, root) => {
    expect(await askControl(root(), ASKED)).toMatchObject({ ok: false, error: { code: 'no-live-run' } });
  });

  test('a socket that a dead process left counts as nobody, and is replaced by the next run', async () => {
    const root = project();
    const { folder, socket } = await controlPlace(root);
    mkdirSync(folder, { mode: 0o700 });
    await leaveStale(socket);
    expect(await askControl(root, ASKED)).toMatchObject({ ok: false, error: { code: 'no-live-run' } });
    writeFileSync(join(folder, 'new-0badcafe'), '');
    await serving(root);
    expect(await askControl(root, ASKED)).toMatchObject({ ok: true });
    expect(readdirSync(folder)).toEqual(['socket']);
  });

  test('who never answers is given up on, and so is who talks nonsense or without end', async () => {
    for (const [says, why] of [
      ['', 'did not answer'],
      ['{"ok":true}\n', 'no'],
      ['x'.repeat(MAX_LINE_BYTES + 1), 'longer'],
    ] as const) {
      const root = project();
      const { folder, socket } = await controlPlace(root);
      mkdirSync(folder, { mode: 0o700 });
      await listening(socket, says);
      const { clock, wake, sleeps } = handClock();
      const asking = askControl(root, ASKED, clock);
      if (says === '') await eventually('it waits', () => sleeps().includes(TIMEOUT_MS));
      if (says === '') wake();
      expect(await asking).toMatchObject({ ok: false, error: { code: 'control-failed', message: expect.stringContaining(why) } });
    }
  });

  test('what a run refuses is passed on', async () => {
    const root = project();
    const { folder, socket } = await controlPlace(root);
    mkdirSync(folder, { mode: 0o700 });
    await listening(socket, '{"ok":false,"code":"wrong-run","message":"that is \\u001b[2J another"}\n');
    expect(await askControl(root, ASKED)).toEqual({
      ok: false,
      error: { code: 'wrong-run', severity: 'error', message: 'Refused: that is ·[2J another' },
    });
  });
});

describe('the server', () => {
  test('only its owner gets at it', async () => {
    const root = project();
    chmodSync(join(root, '.slipway'), 0o777);
    await serving(root);
    const { folder, socket } = await controlPlace(root);
    expect(folder).toBe(join(root, '.slipway/control'));
    expect((statSync(folder).mode & 0o7777).toString(8)).toBe('700');
    expect((statSync(socket).mode & 0o7777).toString(8)).toBe('600');
  });

  test('a folder that has lost its mode gets it back', async () => {
    const root = project();
    const { folder } = await controlPlace(root);
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    await serving(root);
    expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
  });

  test.each([
    ['a link', (folder: string) => symlinkSync(folderWith(), folder)],
    ['a file', (folder: string) => writeFileSync(folder, '')],
  ])('%s in the place of its folder is not followed', async (_, put) => {
    const root = project();
    const { folder } = await controlPlace(root);
    put(folder);
    const started = await startControlServer(root, { clock: systemClock, answer: () => Promise.reject(new Error('asked')) });
    expect(started).toMatchObject({ ok: false, error: { code: 'not-controlled', severity: 'warning' } });
    expect(await askControl(root, ASKED)).toMatchObject({ ok: false, error: { code: 'control-denied' } });
    expect(lstatSync(folder).isDirectory()).toBe(false);
  });

  test('a folder that others can enter is not trusted by who asks', async () => {
    const root = project();
    await serving(root);
    chmodSync((await controlPlace(root)).folder, 0o755);
    expect(await askControl(root, ASKED)).toMatchObject({ ok: false, error: { code: 'control-denied' } });
  });

  test('a project dir with a long name has its socket among the temporary files, in a folder of its own', async () => {
    const root = join(folderWith(), 'x'.repeat(60), 'y'.repeat(60));
    mkdirSync(join(root, '.slipway'), { recursive: true });
    const { server, asked } = await serving(root);
    const { folder, socket } = await controlPlace(root);
    expect(Buffer.byteLength(socket)).toBeLessThan(100);
    expect(folder).toMatch(/\/slipway-[0-9a-f]{16}$/);
    expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
    expect(await askControl(root, ASKED)).toMatchObject({ ok: true });
    expect(asked).toHaveLength(1);
    await server.close();
    expect(existsSync(folder)).toBe(false);
    const other = join(root, '../z');
    mkdirSync(join(other, '.slipway'), { recursive: true });
    expect((await controlPlace(other)).folder).not.toBe(folder);
  });

  test('is gone with its socket when it closes, also with clients that say nothing, and twice is as once', async () => {
    const root = project();
    const { server } = await serving(root);
    const silent = await raw(root);
    await server.close();
    expect(await silent.closed).toBe('');
    expect(existsSync((await controlPlace(root)).folder)).toBe(false);
    await server.close();
    expect(await askControl(root, ASKED)).toMatchObject({ ok: false, error: { code: 'no-live-run' } });
  });

  test('the end of one run leaves the socket of the next alone', async () => {
    const root = project();
    const ending = await serving(root);
    const { asked } = await serving(root);
    await ending.server.close();
    expect(await askControl(root, ASKED)).toMatchObject({ ok: true });
    expect([ending.asked.length, asked.length]).toEqual([0, 1]);
  });

  test('closed once more when the next run has begun, whose socket may have got its inode, it leaves that alone', async () => {
    const root = project();
    const ended = await serving(root);
    const { socket } = await controlPlace(root);
    const { ino } = lstatSync(socket);
    await ended.server.close();
    // Some file systems give a number again at once, others never.
    const next: Awaited<ReturnType<typeof serving>>[] = [];
    while (next.length < 20 && lstatSync(socket, { throwIfNoEntry: false })?.ino !== ino) next.push(await serving(root));
    await ended.server.close();
    expect(await askControl(root, ASKED)).toMatchObject({ ok: true });
  });
});

describe('hostile input', () => {
  const bad = { ok: false, code: 'bad-request' };

  test.each([
    ['an empty line', '\n'],
    ['no JSON', 'pause please\n'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0a])],
    ['null', 'null\n'],
    ['a list', '[1,2]\n'],
    ['another version', '{"v":2,"action":"pause","by":"x"}\n'],
    ['an unknown action', '{"v":1,"action":"kill","by":"x"}\n'],
    ['nobody', '{"v":1,"action":"pause","by":""}\n'],
    ['a name without end', `{"v":1,"action":"pause","by":"${'x'.repeat(200)}"}\n`],
    ['a run that is no text', '{"v":1,"action":"pause","by":"x","run":{}}\n'],
    ['now: false', '{"v":1,"action":"cancel","by":"x","now":false}\n'],
    ['a deep one', `${'['.repeat(2000)}\n`],
  ])('%s is refused', async (_, text) => {
    const root = project();
    const { asked } = await serving(root);
    const client = await raw(root);
    client.socket.write(text);
    expect(await client.answer()).toMatchObject(bad);
    expect(asked).toEqual([]);
  });

  test('more than a line may have is refused before its end', async () => {
    const root = project();
    const { asked } = await serving(root);
    const client = await raw(root);
    client.socket.write('x'.repeat(MAX_LINE_BYTES + 1));
    expect(await client.answer()).toMatchObject(bad);
    expect(asked).toEqual([]);
  });

  test('megabytes without an end are cut off', async () => {
    const root = project();
    const { asked } = await serving(root);
    const client = await raw(root);
    client.socket.write(Buffer.alloc(8 * 1024 * 1024, 'x'));
    await client.closed;
    expect(await askControl(root, ASKED)).toMatchObject({ ok: true });
    expect(asked).toHaveLength(1);
  });

  test('half a line is not acted on: not when the sender closes its side, and not when it goes away', async () => {
    const root = project();
    const { asked } = await serving(root);
    const half = JSON.stringify({ v: 1, ...ASKED });
    const closing = await raw(root);
    closing.socket.end(half);
    expect(await closing.answer()).toMatchObject(bad);
    const leaving = await raw(root);
    leaving.socket.write(half);
    leaving.socket.destroy();
    await leaving.closed;
    expect(await askControl(root, ASKED)).toMatchObject({ ok: true });
    expect(asked).toHaveLength(1);
  });

  test('a line in pieces is one line, and what comes after it is not looked at', async () => {
    const root = project();
    const { asked } = await serving(root);
    const client = await raw(root);
    const line = JSON.stringify({ v: 1, ...ASKED });
    client.socket.write(line.slice(0, 9));
    client.socket.write(line.slice(9));
    client.socket.write(`\n${JSON.stringify({ v: 1, action: 'cancel', by: 'x' })}\n`);
    expect(await client.answer()).toMatchObject({ ok: true, run: RUN });
    expect(asked).toEqual([{ v: 1, ...ASKED }]);
  });

  test('who says nothing is given up on', async () => {
    const root = project();
    const { clock, wake, sleeps } = handClock();
    await serving(root, clock);
    const client = await raw(root);
    await eventually('the server waits for it', () => sleeps().length === 1);
    expect(sleeps()).toEqual([TIMEOUT_MS]);
    wake();
    expect(await client.answer()).toEqual({ ok: false, code: 'bad-request', message: 'the request took too long' });
  });

  test('three hundred that say nothing do not end it, and once they go it answers as ever', async () => {
    const root = project();
    await serving(root, handClock().clock);
    const silent = await Promise.all(Array.from({ length: 300 }, () => raw(root)));
    for (const { socket } of silent) socket.destroy();
    await eventually('it answers again', async () => (await askControl(root, ASKED)).ok);
  });

  test('an answer that goes wrong is one too', async () => {
    const root = project();
    const started = await startControlServer(root, { clock: systemClock, answer: () => Promise.reject(new Error('a bug')) });
    if (started.ok) onTestFinished(() => started.value.close());
    expect(await askControl(root, ASKED)).toMatchObject({ ok: false, error: { code: 'internal-error' } });
  });
});

/** A listener on a socket that says one thing to whoever comes. */
async function listening(path: string, says: string): Promise<void> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {}).write(says);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
}

/** What a process leaves that is killed: the file, and nobody behind it. */
async function leaveStale(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(`${path}.bound`, resolve));
  renameSync(`${path}.bound`, path);
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
