import { defineConfig } from 'vitest/config';
import tiers from './test/tiers.json' with { type: 'json' };

/** One project a tier of test/tiers.json; tiers that touch the engine get more time and run file by file. */
export default defineConfig({
  test: {
    projects: tiers
      .filter((tier) => tier.include !== undefined)
      .map(({ name, include, quick }) => ({
        test: {
          name,
          include: [include],
          testTimeout: quick ? 20_000 : 180_000,
          hookTimeout: quick ? 20_000 : 180_000,
          fileParallelism: quick,
        },
      })),
  },
});
