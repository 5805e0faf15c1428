import { expect, test } from 'vitest';
import { handRun, QUICK_HEALTH } from '../../../support/executor-run.ts';
import type { ServiceSketch } from '../../../support/fleet-builder.ts';
import { fleetOf } from '../../../support/fleet-builder.ts';

const quick = { health: QUICK_HEALTH, retry: { maxAttempts: 1, backoffMs: 1, exponential: true } };
const shadowed: ServiceSketch = { replace: { order: 'auto', preflight: true } };

test('the candidate runs as a shadow after its test and before the replace', async () => {
  const run = handRun(fleetOf({ web: shadowed }, quick));
  await run.run();
  expect(run.engine.calls.filter((call) => call.endsWith(' web'))).toEqual([
    'build web',
    'test web',
    'preflight web',
    'replace web',
  ]);
  expect(run.statuses()).toEqual({ web: 'completed' });
  expect(run.events).toContainEqual(expect.objectContaining({ type: 'notice', code: 'preflight-passed', service: 'web' }));
});

test('what does not get ready beside the old container is not put in place, and its dependents are skipped', async () => {
  const run = handRun(fleetOf({ web: { ...shadowed, critical: true }, shop: { needs: ['web'] } }, quick));
  const failure = { code: 'preflight-failed', message: 'it ended with code 3', lastLogLines: ['no'] } as const;
  run.engine.preflightFailures.set('web', { failure, transient: false });
  const board = await run.run();
  expect(run.statuses()).toEqual({ web: 'failed', shop: 'skipped' });
  expect(board.find('web')?.final?.failure).toEqual(failure);
  expect(run.engine.calls).not.toContain('replace web');
  expect(run.events.filter((e) => e.type === 'step-intent' && e.step === 'web:replace')).toEqual([]);
  expect(run.events.filter((e) => e.type === 'step-outcome' && e.step === 'web:replace')).toHaveLength(1);
});

test('a preflight holds no replace lane', async () => {
  const run = handRun(fleetOf({ slow: shadowed, slower: shadowed, a: {}, b: {} }, quick));
  const holds = [run.engine.hold('preflight slow'), run.engine.hold('preflight slower')];
  const ended = run.run();
  await Promise.all(holds.map((hold) => hold.entered));
  await run.seen((e) => e.type === 'service-settled' && e.service === 'a');
  await run.seen((e) => e.type === 'service-settled' && e.service === 'b');
  for (const hold of holds) hold.open();
  await ended;
  expect(run.engine.most.preflight).toBe(2);
});

test('an interrupt ends it; the service stays to be continued', async () => {
  const run = handRun(fleetOf({ web: shadowed }, quick));
  const hold = run.engine.hold('preflight web');
  const ended = run.run();
  await hold.entered;
  run.stop.raise('interrupting', { kind: 'signal', signal: 'SIGINT' });
  await ended;
  expect(run.statuses()).toEqual({ web: 'pending' });
  expect(run.engine.calls).not.toContain('replace web');
});
