import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Event } from '../../src/journal/events.ts';
import { bundle, cliEnv, slipway } from '../support/cli.ts';
import { imageOf } from '../support/engine-facts.ts';
import { EventStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { startRunning } from '../support/running.ts';
import { ServedCli } from '../support/served-cli.ts';
import { ask } from '../support/served-phase.ts';
import { tinyFleet } from '../support/tiny-fleet.ts';

const PROJECT = 'sw-serve-web';

function runsOf(cwd: string): string[] {
  return readdirSync(join(cwd, '.slipway/runs')).sort();
}

function journalOf(cwd: string, run: string): Event[] {
  const text = readFileSync(join(cwd, '.slipway/runs', run, 'journal.ndjson'), 'utf8');
  return text.split('\n').flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as Event] : []));
}

/** Asks for an action as the page does. */
async function act(port: number, token: string, action: string, body: object) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', origin: `http://127.0.0.1:${port}` };
  return ask({ port, path: `/api/actions/${action}`, method: 'POST', headers: { ...headers }, body: JSON.stringify(body) });
}

test('a rebuild is followed, paused, resumed and rolled back over the web, and does not care when the server is killed', async () => {
  const cwd = tinyFleet(PROJECT, [{ name: 'bread', buildSeconds: 3 }, { name: 'cake' }]);
  expect((await slipway(['rebuild'], { cwd })).code).toBe(0);
  const [first] = runsOf(cwd);
  const before = await imageOf(`${PROJECT}-bread-1`);

  let server = new ServedCli(['--port', '0'], { cwd });
  const { port, token } = await server.address();
  const stream = new EventStream(port);
  await eventually('the first run', () => stream.named('run').some((told) => told.run === first && !told.live));
  const sample = await eventually('the containers', () => stream.named('sample').find(({ problem }) => problem === null));
  expect(sample.containers).toMatchObject([{ service: 'bread' }, { service: 'cake' }]);

  const dockerfile = join(cwd, 'bread/Dockerfile');
  writeFileSync(dockerfile, readFileSync(dockerfile, 'utf8').replace('echo bread', 'echo better bread'));
  const rebuild = startRunning([bundle(), 'rebuild', '--output', 'json'], { cwd, env: cliEnv() });
  const run = (await rebuild.until('the build', (event) => event.type === 'step-intent' && event.intent.kind === 'build')).run;
  await eventually('the page is told of the new run', () => stream.named('run').some((told) => told.run === run && told.live));
  const confirmed = { run, confirm: run };
  expect((await act(port, 'not the token at all', 'pause', confirmed)).status).toBe(401);
  expect((await act(port, token, 'rollback', confirmed)).json).toMatchObject({ code: 'run-is-live' });
  expect(await act(port, token, 'pause', confirmed)).toMatchObject({ status: 200, json: { ok: true, run } });
  await eventually('the pause is seen', () =>
    stream.events.some((event) => event.run === run && event.type === 'control-received'),
  );
  expect(await act(port, token, 'resume', confirmed)).toMatchObject({ status: 200, json: { ok: true, run } });

  const lastEventId = stream.lastId;
  server.signal('SIGKILL');
  await Promise.all([server.ended, stream.ended]);
  const { code, text } = await rebuild.ended;
  expect(code, text).toBe(0);
  expect(await imageOf(`${PROJECT}-bread-1`)).not.toBe(before);

  server = new ServedCli(['--port', String(port)], { cwd });
  const fresh = await server.address();
  const again = new EventStream(port, { lastEventId });
  const whole = journalOf(cwd, run);
  await eventually('the rest of the run', () => again.events.at(-1)?.seq === whole.at(-1)!.seq);
  const followed = [...stream.events.filter((event) => event.run === run), ...again.events];
  expect(followed).toEqual(whole);
  const log = await ask({ port, path: `/api/runs/${run}/logs?service=bread` });
  expect(log.json).toMatchObject({ text: expect.stringContaining('better bread'), over: true });

  const back = await act(port, fresh.token, 'rollback', { ...confirmed, services: ['bread'] });
  expect([back.status, back.json]).toMatchObject([200, { ok: true, run: expect.any(String) }]);
  const rollback = (back.json as { run: string }).run;
  expect([first, run]).not.toContain(rollback);
  server.signal('SIGKILL');
  await server.ended;
  const end = await eventually('the rollback ends', () =>
    journalOf(cwd, rollback).find((event) => event.type === 'run-finished'),
  );
  expect(end).toMatchObject({ outcome: 'done', exitCode: 0 });
  expect(await imageOf(`${PROJECT}-bread-1`)).toBe(before);
});

test('a rollback that cannot begin says why', async () => {
  const cwd = tinyFleet('sw-serve-no', [{ name: 'bread' }]);
  expect((await slipway(['rebuild'], { cwd })).code).toBe(0);
  const [run] = runsOf(cwd);
  const server = new ServedCli(['--port', '0'], { cwd });
  const { port, token } = await server.address();
  const answer = await act(port, token, 'rollback', { run, confirm: run });
  const { code, message } = answer.json as { code: string; message: string };
  expect([answer.status, message.includes('\u001b')]).toEqual([409, false]);
  // Nothing ran before its first run: the command line says the same.
  const direct = await slipway(['rollback', 'bread', '--yes'], { cwd });
  expect([direct.code, direct.stderr]).toEqual([2, expect.stringContaining(`error  ${code}`)]);
  expect(runsOf(cwd)).toEqual([run]);
});
