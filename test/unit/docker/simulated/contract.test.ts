import { describe, test } from 'vitest';
import { ENGINE_CONTRACT } from '../../../support/engine-contract.ts';
import { simulatedContractWorld } from '../../../support/simulated-contract-world.ts';

/** Docker passes the same first: test/engine/contract.test.ts. */
describe('the simulated engine', () => {
  for (const { name, run } of ENGINE_CONTRACT) {
    test(name, async () => {
      const world = simulatedContractWorld();
      await world.host.time.drive(run(world));
    });
  }
});
