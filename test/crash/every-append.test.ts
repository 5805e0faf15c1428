import { beforeAll, expect, test } from 'vitest';
import { momentOf } from '../support/append-moment.ts';
import { crashFleet } from '../support/crash-fleet.ts';
import { bundleAppendKill, killedAndContinued, REFERENCE, REFERENCE_SETTINGS, referenceRun } from '../support/reference-run.ts';

beforeAll(async () => void (await bundleAppendKill()));

test('killed after each intent and each outcome of a run in which one service goes back: --continue ends it whole, nothing done twice', {
  timeout: 900_000,
}, async () => {
  const [one, other] = await Promise.all([crashFleet(REFERENCE, REFERENCE_SETTINGS), crashFleet(REFERENCE, REFERENCE_SETTINGS)]);
  const appended = await referenceRun(one!, 'whole');
  const moments = appended.map(momentOf).filter((moment) => moment !== null);
  expect(new Set(moments).size).toBe(2 * (5 + 4 + 5));
  const left = moments.entries();
  // Fleets share nothing: two at a time.
  await Promise.all(
    [one!, other!].map(async (fleet) => {
      for (const [nth, moment] of left) await killedAndContinued(fleet, `after ${nth}`, moment);
    }),
  );
});
