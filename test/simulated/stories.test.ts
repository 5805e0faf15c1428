import { describe, expect, test } from 'vitest';
import { tell } from '../support/simulated-tale.ts';

/** So many stories; `npm test` asks for more than the quick loop, `npm run soak` for many more. */
const COUNT = Number(process.env.SLIPWAY_STORIES ?? 100);
/** Where to begin: a soak begins elsewhere each time. */
const FIRST = Number(process.env.SLIPWAY_FIRST_SEED ?? 1);
/** Only this story, as a failure names it. */
const ONLY = process.env.SLIPWAY_SEED;
const BLOCK = 25;
/** On a machine that is busy with other things a block takes its time. */
const LIMIT_MS = 120_000;

async function problemsOf(seed: number): Promise<string[]> {
  const { problems } = await tell(seed);
  return problems.length === 0 ? [] : [`seed ${seed} (SLIPWAY_SEED=${seed} npx vitest run --project simulated)`, ...problems];
}

const seeds = ONLY === undefined ? Array.from({ length: COUNT }, (_, i) => FIRST + i) : [Number(ONLY)];
const blocks = seeds.flatMap((_, i) => (i % BLOCK === 0 ? [seeds.slice(i, i + BLOCK)] : []));

describe('whatever happens to a fleet, every service is wholly old or wholly new, and the record is true', () => {
  test.each(blocks.map((block) => [block[0]!, block.at(-1)!, block] as const))(
    'seeds %i to %i',
    async (_, __, block) => {
      const problems: string[] = [];
      for (const seed of block) problems.push(...(await problemsOf(seed)));
      expect(problems.join('\n')).toBe('');
    },
    LIMIT_MS,
  );
});

test(
  'the same seed gives the same story, to the byte',
  async () => {
    for (const seed of seeds.slice(0, Math.max(1, seeds.length / 20))) {
      const [once, twice] = [await tell(seed), await tell(seed)];
      expect([...twice.files], `seed ${seed}`).toEqual([...once.files]);
    }
  },
  10 * LIMIT_MS,
);
