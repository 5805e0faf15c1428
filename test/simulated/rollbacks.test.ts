import { expect, test } from 'vitest';
import { thereAndBack } from '../support/simulated-return.ts';

/** So many rollbacks; `npm test` asks for more than the quick loop. */
const COUNT = Number(process.env.SLIPWAY_ROLLBACKS ?? 100);
/** Only this one, as a failure names it. */
const ONLY = process.env.SLIPWAY_SEED;
const BLOCK = 50;
/** On a machine that is busy with other things a block takes its time. */
const LIMIT_MS = 180_000;
/** So many of a block at least must come to a rollback, or nothing would be shown. */
const LEAST_SHARE = 0.5;

const seeds = ONLY === undefined ? Array.from({ length: COUNT }, (_, i) => 1 + i) : [Number(ONLY)];
const blocks = seeds.flatMap((_, i) => (i % BLOCK === 0 ? [seeds.slice(i, i + BLOCK)] : []));

test.each(blocks.map((block) => [block[0]!, block.at(-1)!, block] as const))(
  'a fleet that goes back, whatever crashes on the way, is what it was: seeds %i to %i',
  { timeout: LIMIT_MS },
  async (_, __, block) => {
    const found: string[] = [];
    let went = 0;
    for (const seed of block) {
      const back = await thereAndBack(seed);
      if (back.went) went += 1;
      const how = `seed ${seed} (SLIPWAY_SEED=${seed} npx vitest run test/simulated/rollbacks.test.ts)`;
      if (back.problems.length > 0) found.push(how, ...back.problems);
    }
    expect(found.join('\n')).toBe('');
    expect(went).toBeGreaterThanOrEqual(Math.floor(block.length * LEAST_SHARE));
  },
);
