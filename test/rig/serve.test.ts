import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EventBody } from '../../src/journal/events.ts';
import { slipway } from '../support/cli.ts';
import { EventStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { folderWith } from '../support/folder.ts';
import { eventsOf, journalText, notice, RUN, started, wholeService } from '../support/journal.ts';
import { ServedCli } from '../support/served-cli.ts';
import { ask, TOKEN } from '../support/served-phase.ts';

/** Nobody answers there: the page has to do without samples. */
const env = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };

function fleet(files: Readonly<Record<string, string>> = {}): string {
  return folderWith({ 'compose.yaml': 'name: sw-serve\nservices:\n  a: { image: none }\n', ...files });
}

/** A journal that grows when it is told to. */
function journal(root: string, bodies: readonly EventBody[]) {
  const dir = join(root, '.slipway/runs', RUN);
  mkdirSync(dir, { recursive: true });
  const events = eventsOf(bodies);
  let written = 0;
  return (count: number) => {
    appendFileSync(join(dir, 'journal.ndjson'), journalText(events.slice(written, written + count)));
    written += count;
  };
}

test('slipway serve prints its address with a token of its own, serves the page, and ends cleanly with either signal', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const cli = new ServedCli(['--port', '0'], { cwd: fleet(), env });
    const { port, token } = await cli.address();
    expect(token).toMatch(/^[\w-]{32}$/);
    const page = await ask({ port, path: '/' });
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('/assets/app.js')]);
    expect((await ask({ port, path: '/assets/app.js' })).text.length).toBeGreaterThan(1000);
    const headers = { authorization: `Bearer ${token}` };
    expect((await ask({ port, path: '/api/session', headers })).json).toMatchObject({ phase: 'phase1', authorised: true });
    const stream = new EventStream(port);
    await eventually('it says that there is no run, and that the engine is away', () => stream.named('sample').length > 0);
    expect(stream.named('sample')[0]).toMatchObject({ containers: [], problem: expect.any(String) });
    cli.signal(signal);
    expect(await cli.ended).toMatchObject({ code: 0, signal: null });
    await stream.ended;
  }
});

test('a token that was given is used and never printed', async () => {
  const root = fleet({ 'secret/token': `${TOKEN}\n` });
  for (const [args, more] of [
    [['--token-file', 'secret/token'], {}],
    [[], { SLIPWAY_TOKEN: TOKEN }],
  ] as const) {
    const cli = new ServedCli(['--port', '0', ...args], { cwd: root, env: { ...env, ...more } });
    const { port, token } = await cli.address();
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect((await ask({ port, path: '/api/session', headers })).json).toMatchObject({ authorised: true });
    cli.signal('SIGINT');
    const { text } = await cli.ended;
    expect([token, text.includes(TOKEN)]).toEqual(['', false]);
  }
});

test('a token that was given reaches no child process', async () => {
  const plugin = 'docker/cli-plugins/docker-compose';
  const root = fleet({ [plugin]: '#!/bin/sh\nenv > "$SEEN.new" && mv "$SEEN.new" "$SEEN"\nexit 1\n' });
  chmodSync(join(root, plugin), 0o755);
  const seen = join(root, 'seen');
  const more = { SLIPWAY_TOKEN: TOKEN, SEEN: seen, DOCKER_CONFIG: join(root, 'docker') };
  const { port } = await new ServedCli(['--port', '0'], { cwd: root, env: { ...env, ...more } }).address();
  const stream = new EventStream(port);
  await eventually('Compose was asked', () => stream.named('sample').length > 0 && existsSync(seen));
  expect(readFileSync(seen, 'utf8')).not.toContain(TOKEN);
});

test('what cannot be used is said before anything listens', async () => {
  const root = fleet({ weak: 'short', empty: '\n' });
  const refused = async (args: readonly string[], more: Record<string, string> = {}) => {
    const { code, stderr } = await slipway(['serve', '--port', '0', ...args], { cwd: root, env: { ...env, ...more } });
    return [code, stderr];
  };
  expect(await refused(['--token-file', 'weak'])).toEqual([2, expect.stringContaining('token-unfit')]);
  expect(await refused(['--token-file', 'empty'])).toEqual([2, expect.stringContaining('token-unfit')]);
  expect(await refused(['--token-file', 'none'])).toEqual([2, expect.stringContaining('file-missing')]);
  expect(await refused([], { SLIPWAY_TOKEN: 'weak' })).toEqual([2, expect.stringContaining('token-unfit')]);
  expect(await refused(['--host', '203.0.113.7'])).toEqual([2, expect.stringContaining('no-such-address')]);
  expect(await refused(['--port', '70000'])).toEqual([2, expect.stringContaining('--port')]);
  const cli = new ServedCli(['--port', '0'], { cwd: root, env });
  const { port } = await cli.address();
  expect(await refused(['--port', String(port)])).toEqual([2, expect.stringContaining('port-in-use')]);
});

test('an address that others reach is warned of', async () => {
  const cli = new ServedCli(['--port', '0', '--host', '0.0.0.0'], { cwd: fleet(), env });
  const { port, token } = await cli.address();
  await eventually('the warning', () => cli.text.includes('not-encrypted'));
  expect((await ask({ port, path: '/api/session' })).status).toBe(401);
  expect((await ask({ port, path: '/api/session', headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
});

test('killed again and again while a journal grows, and started on the same port, it loses and doubles no event', async () => {
  const root = fleet();
  const total = 400;
  const write = journal(root, [started(['a']), ...Array.from({ length: total - 1 }, (_, i) => notice(`${i}`.repeat(50)))]);
  let cli = new ServedCli(['--port', '0'], { cwd: root, env });
  const { port } = await cli.address();
  const got: number[] = [];
  let lastEventId = '';
  for (let round = 0; round < 4; round += 1) {
    const stream = new EventStream(port, { lastEventId });
    write(50);
    await eventually('something came', () => stream.events.length > 0);
    write(50);
    cli.signal('SIGKILL');
    await Promise.all([cli.ended, stream.ended]);
    got.push(...stream.seqs);
    lastEventId = stream.lastId || lastEventId;
    cli = new ServedCli(['--port', String(port)], { cwd: root, env });
    await cli.address();
  }
  const last = new EventStream(port, { lastEventId });
  await eventually('all events', () => got.length + last.events.length >= total);
  expect([...got, ...last.seqs]).toEqual(Array.from({ length: total }, (_, i) => i + 1));
});

test('with 1,000 services, 6,000 events and 20 pages it stays under 120 MB', async () => {
  const root = fleet();
  const services = Array.from({ length: 1000 }, (_, i) => `service-${i}`);
  const bodies = [started(services), ...services.flatMap((service) => wholeService(service).slice(0, 6))];
  const write = journal(root, bodies);
  write(3000);
  const cli = new ServedCli(['--port', '0'], { cwd: root, env });
  const { port } = await cli.address();
  const streams = Array.from({ length: 20 }, () => new EventStream(port));
  for (let at = 3000; at < bodies.length; at += 100) {
    write(100);
    await new Promise(setImmediate);
  }
  await eventually('all pages have all events', () => streams.every((stream) => stream.events.length >= bodies.length));
  for (let i = 0; i < 20; i += 1) expect((await ask({ port, path: '/api/runs' })).status).toBe(200);
  expect(peakMegabytes(cli.pid)).toBeLessThan(120);
});

/** The most memory that a process ever had, from proc_pid_status(5). */
function peakMegabytes(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}
