import { describe, expect, test } from 'vitest';
import { projectPhase } from '../../../src/journal/phase-state.ts';
import type { RunState } from '../../../src/journal/projection.ts';
import { makePaint } from '../../../src/report/paint.ts';
import { renderStatus } from '../../../src/report/status-text.ts';
import { atSecond, timedRun } from '../../support/facts.ts';
import { finished, intent, RUN, settled, started } from '../../support/journal.ts';

const plain = makePaint({ colour: 'off', glyphs: 'ascii' });

function status(runs: readonly RunState[], more: { readonly live?: string; readonly rows?: number } = {}): string {
  const phase = projectPhase({ phase: 'phase1', configured: ['a', 'b', 'c'], runsOldestFirst: runs, live: more.live ?? null });
  const holder = more.live ? 'process 7' : null;
  const input = { phase, runsOldestFirst: runs, holder, nowMs: atSecond(60), rows: more.rows ?? 9, command: 'slipway' };
  return renderStatus(input, plain);
}

describe('renderStatus', () => {
  test('before the first run it says how to look', () => {
    expect(status([])).toContain('phase phase1: no run yet');
    expect(status([])).toContain('first look  slipway plan');
  });

  test('of a live run what each service that is under way does', () => {
    const building = {
      type: 'step-progress',
      service: 'b',
      step: 'b:build',
      progress: { kind: 'build', step: 2, of: 7, cached: 0, name: 'RUN \u001b[2Jx' },
    } as const;
    const bodies = [intent('a', 'test'), intent('b', 'build'), building] as const;
    const text = status([timedRun([0, started(['a', 'b', 'c'])], ...bodies.map((body, i) => [i + 1, body] as const))], {
      live: RUN,
    });
    expect(text).toContain(`phase phase1: run ${RUN} running for 1m00s\nlocked by process 7\n3 services: 1 pending, 2 running\n`);
    expect(text).toMatch(/a {2}running .* testing$/m);
    expect(text).toMatch(/b {2}running .* building step 2 of 7: RUN ·\[2Jx$/m);
  });

  test('of an ended run what wants attention, the gravest first, and what to do next', () => {
    const run = timedRun(
      [0, started(['a', 'b', 'c'])],
      [1, settled('a', 'skipped')],
      [2, settled('b', 'failed')],
      [3, finished('failed')],
    );
    const lines = status([run]).split('\n');
    expect(lines[0]).toBe(`phase phase1: run ${RUN} failed 57s ago: said the test`);
    expect(lines.findIndex((l) => l.includes('build failed: no'))).toBeLessThan(lines.findIndex((l) => l.includes('skipped  ')));
    expect(lines).toContain('  its log     slipway logs b');
    expect(status([run], { rows: 1 })).toContain('and 2 more');
  });
});
