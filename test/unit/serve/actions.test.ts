import { describe, expect, onTestFinished, test } from 'vitest';
import type { ControlReply, ControlRequest } from '../../../src/control/protocol.ts';
import { startControlServer } from '../../../src/control/server.ts';
import { err, ok } from '../../../src/model/result.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { done, eventsOf, finished, intent, must, RUN, settled, started, wholeService } from '../../support/journal.ts';
import { ServedPhase } from '../../support/served-phase.ts';

const BODY = { run: RUN, confirm: RUN };

/** A live run's control socket that notes what it is asked. */
async function control(phase: ServedPhase, reply: ControlReply): Promise<ControlRequest[]> {
  const asked: ControlRequest[] = [];
  await phase.hold();
  const server = must(
    await startControlServer(phase.root, {
      clock: systemClock,
      answer: async (request) => {
        asked.push(request);
        return reply;
      },
    }),
  );
  onTestFinished(() => server.close());
  return asked;
}

describe('pause, resume and cancel', () => {
  test('are asked of the process that executes the run', async () => {
    const phase = await ServedPhase.start();
    const asked = await control(phase, { ok: true, run: RUN, paused: true, level: 'running', changed: true });
    for (const action of ['pause', 'resume', 'cancel'])
      expect(await phase.act(action, BODY)).toMatchObject({ status: 200, json: { ok: true, run: RUN } });
    expect(await phase.act('cancel', { ...BODY, now: true })).toMatchObject({ status: 200 });
    const by = 'the web page';
    expect(asked).toEqual([
      { v: 1, run: RUN, action: 'pause', by },
      { v: 1, run: RUN, action: 'resume', by },
      { v: 1, run: RUN, action: 'cancel', by },
      { v: 1, run: RUN, action: 'cancel', now: true, by },
    ]);
  });

  test('tell why the run refused', async () => {
    const phase = await ServedPhase.start();
    await control(phase, { ok: false, code: 'run-stopping', message: 'it comes to its end' });
    const answer = await phase.act('pause', BODY);
    expect([answer.status, answer.json]).toMatchObject([409, { ok: false, code: 'run-stopping' }]);
  });

  test('find no live run', async () => {
    const phase = await ServedPhase.start();
    for (const action of ['pause', 'resume', 'cancel'])
      expect(await phase.act(action, BODY)).toMatchObject({ status: 409, json: { ok: false, code: 'no-live-run' } });
  });
});

describe('what is sent', () => {
  test.each([
    '',
    '{',
    'null',
    '[]',
    '"x"',
    '{}',
    JSON.stringify({ run: RUN }),
    JSON.stringify({ ...BODY, more: 1 }),
    JSON.stringify({ run: 7, confirm: 7 }),
    JSON.stringify({ ...BODY, now: false }),
    JSON.stringify({ ...BODY, services: [] }),
    JSON.stringify({ ...BODY, services: 'a' }),
    JSON.stringify({ ...BODY, services: [{ service: 'a' }] }),
    `{"run":"${RUN}","confirm":"${RUN}","__proto__":{"now":true}}`,
    '['.repeat(50_000),
  ])('%.60s is refused', async (body) => {
    const phase = await ServedPhase.start();
    expect(await phase.act('cancel', body)).toMatchObject({ status: 400, json: { ok: false, code: 'bad-request' } });
  });

  test('has to repeat the run', async () => {
    const phase = await ServedPhase.start();
    for (const action of ['pause', 'rollback'])
      expect(await phase.act(action, { run: RUN, confirm: 'yes' })).toMatchObject({
        status: 400,
        json: { code: 'not-confirmed' },
      });
  });

  test.each(['', 'text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', 'multipart/form-data'])(
    'has to be JSON, not %j',
    async (type) => {
      const phase = await ServedPhase.start();
      expect(await phase.act('pause', BODY, { 'content-type': type })).toMatchObject({ status: 415, json: { code: 'not-json' } });
    },
  );

  test('may name its character set', async () => {
    const phase = await ServedPhase.start();
    expect(await phase.act('pause', BODY, { 'content-type': 'application/json; charset=utf-8' })).toMatchObject({ status: 409 });
  });

  test('has at most a megabyte', async () => {
    const phase = await ServedPhase.start();
    expect(await phase.act('pause', 'x'.repeat(2 << 20))).toMatchObject({ status: 413, json: { code: 'too-large' } });
  });
});

describe('a rollback', () => {
  const bodies = [
    started(['a', 'b', 'c']),
    ...wholeService('a'),
    intent('b', 'build'),
    done('b', 'build'),
    settled('b', 'failed'),
    ...wholeService('c'),
  ];

  /** A phase with a finished run, and what was to be rolled back in it. */
  async function finishedPhase(answer: Parameters<typeof ok<{ run: string | null }>>[0] | null = { run: '20260205_000000' }) {
    const wanted: (readonly string[])[] = [];
    const refusal = { code: 'lock-held', severity: 'error', message: 'Another run holds the lock', remedy: 'Wait' } as const;
    const phase = await ServedPhase.start({
      rollBack: async (services) => {
        wanted.push(services);
        return answer === null ? err(refusal) : ok(answer);
      },
    });
    await phase.record(eventsOf([...bodies, finished('done')]));
    return { phase, wanted };
  }

  test('of the run is for what it replaced', async () => {
    const { phase, wanted } = await finishedPhase();
    const answer = await phase.act('rollback', BODY);
    expect([answer.status, answer.json]).toMatchObject([200, { ok: true, run: '20260205_000000' }]);
    expect(wanted).toEqual([['a', 'c']]);
  });

  test('of one service is for that one', async () => {
    const { phase, wanted } = await finishedPhase();
    await phase.act('rollback', { ...BODY, services: ['b'] });
    expect(wanted).toEqual([['b']]);
  });

  test('does not begin for a service that the run does not know', async () => {
    const { phase, wanted } = await finishedPhase();
    for (const service of ['x', '--all', '../a'])
      expect(await phase.act('rollback', { ...BODY, services: ['a', service] })).toMatchObject({
        status: 404,
        json: { code: 'unknown-service' },
      });
    expect(wanted).toEqual([]);
  });

  test('does not begin while a run is live', async () => {
    const phase = await ServedPhase.start();
    await phase.record(eventsOf(bodies));
    await phase.hold();
    expect(await phase.act('rollback', BODY)).toMatchObject({ status: 409, json: { code: 'run-is-live' } });
  });

  test('is of the newest run only', async () => {
    const { phase, wanted } = await finishedPhase();
    await phase.record(eventsOf([started(['a']), finished('done')], '20260206_000000'), '20260206_000000');
    expect(await phase.act('rollback', BODY)).toMatchObject({ status: 409, json: { code: 'not-newest-run' } });
    const newest = { run: '20260206_000000', confirm: '20260206_000000' };
    expect(await phase.act('rollback', newest)).toMatchObject({ status: 409, json: { code: 'nothing-to-roll-back' } });
    expect(wanted).toEqual([]);
  });

  test('tells why it did not begin', async () => {
    const { phase } = await finishedPhase(null);
    const answer = await phase.act('rollback', BODY);
    expect([answer.status, answer.json]).toEqual([
      409,
      { ok: false, code: 'lock-held', message: 'Another run holds the lock', remedy: 'Wait' },
    ]);
  });
});
