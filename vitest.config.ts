import { defineConfig } from 'vitest/config';

/** Tiers are folders under test/; those that touch the engine get more time and run file by file. */
const quick = ['unit', 'property', 'rig'];
const real = ['setup', 'engine', 'terminal', 'crash'];

export default defineConfig({
  test: {
    projects: [
      ...quick.map((name) => ({ test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout: 20_000 } })),
      ...real.map((name) => ({
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      })),
    ],
  },
});
