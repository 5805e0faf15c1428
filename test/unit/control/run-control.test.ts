import { expect, test } from 'vitest';
import type { ControlRequest } from '../../../src/control/protocol.ts';
import { RunControl } from '../../../src/control/run-control.ts';
import type { EventBody } from '../../../src/journal/events.ts';
import { PauseGate } from '../../../src/run/executor/pause.ts';
import { StopController } from '../../../src/run/executor/stop.ts';

const RUN = '20260204_140000';

function controlled({ record }: { record?: () => Promise<void> } = {}) {
  const events: EventBody[] = [];
  const [stop, pause] = [new StopController(), new PauseGate()];
  const append = async (body: EventBody) => void events.push(body);
  const control = new RunControl({ run: RUN, stop, pause, record: record ?? append });
  const ask = (action: ControlRequest['action'], more: Partial<ControlRequest> = {}) =>
    control.answer({ v: 1, action, by: 'a test', ...more });
  return { events, stop, pause, ask };
}

const running = { ok: true, run: RUN, paused: false, level: 'running' };

test('pause and resume change the run once, and are told of once', async () => {
  const { ask, pause, events } = controlled();
  expect(await ask('status')).toEqual({ ...running, changed: false });
  expect(await ask('pause')).toEqual({ ...running, paused: true, changed: true });
  expect(await ask('pause')).toEqual({ ...running, paused: true, changed: false });
  expect(pause.isClosed).toBe(true);
  expect(await ask('status')).toEqual({ ...running, paused: true, changed: false });
  expect(await ask('resume')).toEqual({ ...running, changed: true });
  expect(await ask('resume')).toEqual({ ...running, changed: false });
  expect(pause.isClosed).toBe(false);
  expect(events).toEqual([
    { type: 'control-received', action: 'pause', by: 'a test' },
    { type: 'control-received', action: 'resume', by: 'a test' },
  ]);
});

test('a cancel drains, another one interrupts, and none ever kills', async () => {
  const { ask, stop, events } = controlled();
  expect(await ask('cancel')).toMatchObject({ level: 'draining', changed: true });
  expect(stop.reason).toEqual({ kind: 'cancelled', by: 'a test' });
  expect(await ask('cancel')).toMatchObject({ level: 'interrupting', changed: true });
  expect(await ask('cancel')).toMatchObject({ level: 'interrupting', changed: false });
  expect(events).toEqual([
    { type: 'control-received', action: 'cancel', by: 'a test' },
    { type: 'control-received', action: 'cancel', by: 'a test', now: true },
  ]);
});

test('cancel --now interrupts at once; after a Ctrl-C so does a plain cancel', async () => {
  const now = controlled();
  expect(await now.ask('cancel', { now: true })).toMatchObject({ level: 'interrupting', changed: true });
  const drained = controlled();
  drained.stop.raise('draining', { kind: 'signal', signal: 'SIGINT' });
  expect(await drained.ask('cancel')).toMatchObject({ level: 'interrupting' });
});

test('a run that ends for a reason of its own is not interrupted by the first cancel', async () => {
  const { ask, stop, events } = controlled();
  stop.raise('draining', { kind: 'rollback-failed' });
  expect(await ask('cancel')).toMatchObject({ level: 'draining', changed: false });
  expect(events).toEqual([]);
  expect(await ask('cancel')).toMatchObject({ level: 'interrupting', changed: true });
});

test('a paused run that is cancelled counts as paused no more, and can be neither paused nor resumed', async () => {
  const { ask } = controlled();
  await ask('pause');
  expect(await ask('cancel')).toMatchObject({ paused: false, level: 'draining' });
  for (const action of ['pause', 'resume'] as const) expect(await ask(action)).toMatchObject({ ok: false, code: 'run-stopping' });
});

test('what is meant for another run is refused, whatever it is', async () => {
  const { ask, pause, stop, events } = controlled();
  for (const action of ['status', 'pause', 'resume', 'cancel'] as const)
    expect(await ask(action, { run: '20250101_000000' })).toMatchObject({ ok: false, code: 'wrong-run' });
  expect([pause.isClosed, stop.level, events]).toEqual([false, 'running', []]);
  expect(await ask('pause', { run: RUN })).toMatchObject({ ok: true, paused: true });
});

test('a journal that cannot be written keeps nobody from stopping the run', async () => {
  const { ask, stop, pause } = controlled({ record: () => Promise.reject(new Error('disk full')) });
  expect(await ask('pause')).toMatchObject({ paused: true });
  expect(await ask('cancel')).toMatchObject({ level: 'draining' });
  expect([pause.isClosed, stop.level]).toEqual([true, 'draining']);
});

test('what opens the gate is in the journal before what it lets through', async () => {
  const { ask, pause, events } = controlled();
  await ask('pause');
  const through = pause.whenOpen().then(() => events.at(-1));
  await ask('resume');
  expect(await through).toMatchObject({ action: 'resume' });
});

test('a name that would steer the terminal is shown as dots', async () => {
  const { ask, events } = controlled();
  await ask('pause', { by: 'me\u001b[2J\n' });
  expect(events[0]).toMatchObject({ by: 'me·[2J·' });
});
