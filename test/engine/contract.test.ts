import { afterAll, beforeAll, describe, test } from 'vitest';
import { dockerContractWorld } from '../support/docker-contract-world.ts';
import { ENGINE_CONTRACT } from '../support/engine-contract.ts';
import { freePort } from '../support/fleet-folder.ts';

/** The simulated engine passes the same: test/unit/docker/simulated/contract.test.ts. */
describe('Docker', () => {
  let world: Awaited<ReturnType<typeof dockerContractWorld>>;

  beforeAll(async () => {
    world = await dockerContractWorld(await freePort());
  });
  afterAll(() => world.remove());

  for (const { name, run } of ENGINE_CONTRACT) test(name, () => run(world));
});
