import { expect, test } from 'vitest';
import { standingOf } from '../../../../src/report/facts/standing.ts';

const NOTHING = { outcome: 'running', stopping: false, paused: false } as const;

test.each([
  ['running', NOTHING, true],
  ['paused', { ...NOTHING, paused: true }, true],
  ['stopping', { ...NOTHING, stopping: true }, true],
  ['interrupted', NOTHING, false],
  ['interrupted', { ...NOTHING, paused: true }, false],
  ['interrupted', { ...NOTHING, stopping: true }, false],
  ['failed', { ...NOTHING, outcome: 'failed' }, false],
  // Its process is still there to tell others of it.
  ['done', { ...NOTHING, outcome: 'done' }, true],
] as const)('%s: %o, live %s', (standing, state, live) => {
  expect(standingOf(state, { live })).toBe(standing);
});
