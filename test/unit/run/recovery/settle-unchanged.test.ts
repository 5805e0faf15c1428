import { expect, test } from 'vitest';
import type { EventBody } from '../../../../src/journal/events.ts';
import { projectRun } from '../../../../src/journal/projection.ts';
import { settleUnchanged } from '../../../../src/run/recovery/settle-unchanged.ts';
import { fingerprintsOf, fleetOf, imageId, observedRunning, recordsOf } from '../../../support/fleet-builder.ts';
import { eventsOf, RUN, resumed, settled, started } from '../../../support/journal.ts';
import { planOf } from '../../plan/planning.ts';

test('what a run had still to do with and need not touch any more is completed as it is; what failed stays failed', async () => {
  const fleet = fleetOf({ a: {}, b: {}, c: {}, d: {} });
  const run = [started(['a', 'b', 'c', 'd']), settled('a', 'completed'), settled('b', 'skipped'), settled('d', 'failed')];
  const stock = { observed: observedRunning(fleet), fingerprints: fingerprintsOf(fleet), records: recordsOf(fleet) };
  const recorded: EventBody[] = [];
  await settleUnchanged({ state: projectRun(RUN, eventsOf(run)), plan: planOf(fleet), stock }, async (event) => {
    recorded.push(event);
  });
  expect(recorded).toMatchObject([
    { service: 'b', status: 'completed', image: imageId('b'), tested: 'passed', fingerprint: { inputs: 'inputs-1' } },
    { service: 'c', status: 'completed', image: imageId('c') },
  ]);
});

test('what was completed, taken up again and found to be well is completed once more', async () => {
  const fleet = fleetOf({ a: {} });
  const run = [started(['a']), settled('a', 'completed'), resumed(['a'])];
  const stock = { observed: observedRunning(fleet), fingerprints: fingerprintsOf(fleet), records: recordsOf(fleet) };
  const recorded: EventBody[] = [];
  await settleUnchanged({ state: projectRun(RUN, eventsOf(run)), plan: planOf(fleet), stock }, async (event) => {
    recorded.push(event);
  });
  expect(recorded).toMatchObject([{ service: 'a', status: 'completed', image: imageId('a') }]);
});
