import { defineConfig } from 'vitest/config';
import tiers from './test/tiers.json' with { type: 'json' };

/**
 * One project a tier of test/tiers.json. Tiers that touch the engine get more time, and run file by file unless they say how many files at once: those
 * mostly wait, and share nothing but the engine.
 */
export default defineConfig({
  test: {
    projects: tiers
      .filter((tier) => tier.include !== undefined)
      .map(({ name, include, quick, filesAtOnce = 1 }) => ({
        test: {
          name,
          include: [include],
          testTimeout: quick ? 20_000 : 300_000,
          hookTimeout: quick ? 20_000 : 300_000,
          ...(quick ? {} : { fileParallelism: filesAtOnce > 1, maxWorkers: filesAtOnce }),
        },
      })),
  },
});
