import { expect, test } from 'vitest';
import { handRun, QUICK_HEALTH } from '../../support/executor-run.ts';
import { fleetOf } from '../../support/fleet-builder.ts';

test.each(['build', 'test'])('a %s that ends while the run drains is followed by no other step', async (kind) => {
  const run = handRun(fleetOf({ a: {} }, { health: QUICK_HEALTH }));
  const held = run.engine.hold(`${kind} a`);
  const ended = run.run();
  await held.entered;
  run.stop.raise('draining', { kind: 'signal', signal: 'SIGINT' });
  held.open();
  await ended;
  expect(run.engine.calls.filter((call) => !call.startsWith('tag')).at(-1)).toBe(`${kind} a`);
  expect(run.statuses()).toEqual({ a: 'pending' });
});
