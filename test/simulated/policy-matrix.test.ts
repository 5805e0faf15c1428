import { describe, expect, test } from 'vitest';
import {
  type Cell,
  FAILURES,
  fatesOf,
  POLICIES,
  policyMachine,
  policyStart,
  SCOPES,
  SERVICES,
  statusesOf,
  whatRuns,
} from '../support/simulated-policy.ts';

/** Plays a cell, and tells what became of each service. */
async function play(cell: Cell) {
  const machine = policyMachine(cell);
  const { result, before, after } = await machine.start(policyStart(cell));
  if (result?.kind !== 'ran') throw new Error(`it did not run: ${JSON.stringify(result)}`);
  const statuses = await statusesOf(machine);
  const fates = SERVICES.map((name) => [name, { status: statuses[name], runs: whatRuns(before.get(name)!, after.get(name)!) }]);
  return { machine, result, before, after, fates: Object.fromEntries(fates) };
}

describe.each(FAILURES)('%s', (failure) => {
  describe.each(POLICIES)('%s', (policy) => {
    test.each(SCOPES)('scope %s', async (scope) => {
      const cell: Cell = { failure, policy, scope };
      const { machine, result, after, fates } = await play(cell);
      const expected = fatesOf(cell);
      expect(fates).toEqual(expected);
      expect(result.exitCode).toBe(1);
      const bad = result.state.services.get('bad')!;
      const goneBad = expected.bad.runs === 'new';
      for (const name of SERVICES) expect(after.get(name)!.well, `${name} is well`).toBe(!(name === 'bad' && goneBad));
      expect(bad.lastSettled?.failure?.code).toBe(CODES[failure]);
      const onbad = result.state.services.get('onbad')!.lastSettled;
      expect(onbad?.failure ?? null).toEqual(
        expected.onbad.status === 'pending' ? null : expect.objectContaining({ dependency: 'bad' }),
      );
      // No helper is left, and nobody's candidate but of those that did not go through.
      expect(machine.host.rest().helpers.filter((name) => !name.startsWith('slipway-keeper-'))).toEqual([]);
    });
  });
});

const CODES = {
  build: 'build-failed',
  test: 'test-failed',
  refused: 'replace-failed',
  'never starts': 'bad-verdict',
  'crash loop': 'bad-verdict',
  exits: 'bad-verdict',
  unhealthy: 'bad-verdict',
  'too slow': 'bad-verdict',
  'falls in the soak': 'bad-verdict',
} as const;
