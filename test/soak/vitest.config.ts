import { defineConfig } from 'vitest/config';
import { ROOT } from '../../scripts/setup/parts.mjs';

/** For `npm run soak` alone: no tier has these files, for they take hours. */
export default defineConfig({
  root: ROOT,
  test: {
    include: ['test/soak/*.soak.ts'],
    testTimeout: 0,
    hookTimeout: 180_000,
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
});
