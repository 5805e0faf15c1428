import { beforeAll, expect, test } from 'vitest';
import { crashFleet } from '../support/crash-fleet.ts';
import { bundleAppendKill, killedAndContinued, REFERENCE, REFERENCE_SETTINGS, referenceRun } from '../support/reference-run.ts';

beforeAll(async () => void (await bundleAppendKill()));

test('killed after every single journal append of the reference run: --continue ends it whole, nothing done twice', async () => {
  const [one, other] = await Promise.all([crashFleet(REFERENCE, REFERENCE_SETTINGS), crashFleet(REFERENCE, REFERENCE_SETTINGS)]);
  const { length } = await referenceRun(one!, 'whole');
  // Three services leave at least their intents and outcomes, the run its start and end.
  expect(length).toBeGreaterThan(30);
  const left = Array.from({ length }, (_, i) => i + 1).values();
  await Promise.all(
    [one!, other!].map(async (fleet) => {
      for (const last of left) {
        await killedAndContinued(fleet, `after ${last}`, String(last));
        console.log(`killed after append ${last} of ${length}: whole`);
      }
    }),
  );
});
