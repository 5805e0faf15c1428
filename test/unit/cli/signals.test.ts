import { expect, onTestFinished, test } from 'vitest';
import { catchSignals, type Received } from '../../../src/cli/signals.ts';
import { StopController } from '../../../src/run/executor/stop.ts';

test('the first signal drains, the second interrupts; a third is kept for killing', () => {
  const stop = new StopController();
  const received: Received[] = [];
  onTestFinished(catchSignals(stop, (one) => received.push(one)));

  process.emit('SIGINT');
  expect(stop.level).toBe('draining');
  expect(stop.reason).toEqual({ kind: 'signal', signal: 'SIGINT' });

  process.emit('SIGTERM');
  expect(stop.level).toBe('interrupting');
  expect(received).toEqual([
    { signal: 'SIGINT', meaning: 'drain' },
    { signal: 'SIGTERM', meaning: 'interrupt' },
  ]);
});

test('after a cancel the first signal asks for more than the cancel did', () => {
  const stop = new StopController();
  const received: Received[] = [];
  onTestFinished(catchSignals(stop, (one) => received.push(one)));
  stop.raise('draining', { kind: 'cancelled', by: 'a test' });
  process.emit('SIGINT');
  expect(received).toEqual([{ signal: 'SIGINT', meaning: 'interrupt' }]);
  expect([stop.level, stop.reason]).toEqual(['interrupting', { kind: 'signal', signal: 'SIGINT' }]);
});

test('afterwards signals are no longer caught', () => {
  const before = process.listenerCount('SIGHUP');
  catchSignals(new StopController(), () => {})();
  expect(process.listenerCount('SIGHUP')).toBe(before);
});
