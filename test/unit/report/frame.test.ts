import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { renderFrame } from '../../../src/report/frame.ts';
import { makePaint } from '../../../src/report/paint.ts';
import { viewRun } from '../../../src/report/run-view.ts';
import { building, planOf, runOf, START_MS, settled, started } from '../../support/run-state.ts';

const CATEGORIES = ['integration', 'ai_ml', 'device', 'automation', 'analytics', 'frontend', 'other'];
const FORTY = Array.from({ length: 40 }, (_, i) => ({
  service: `${CATEGORIES[i % 7]}-service-with-a-name-${String(i).padStart(2, '0')}`,
  category: CATEGORIES[i % 7]!,
}));
const plain = makePaint({ colour: 'off', glyphs: 'unicode' });

/** 20 done, one failed, one skipped, twelve building. */
function busyView() {
  const name = (i: number) => FORTY[i]!.service;
  const events = [
    started(FORTY),
    ...Array.from({ length: 20 }, (_, i) => settled(name(i))),
    settled(name(20), { status: 'failed', failure: { code: 'test-failed', exitCode: 1, lastLogLines: [] } }),
    settled(name(21), { status: 'skipped', failure: { code: 'dependency-failed', dependency: name(20) } }),
    ...Array.from({ length: 12 }, (_, i) => building(name(22 + i))),
  ];
  return viewRun(runOf(events), planOf(FORTY), START_MS + 72_000);
}

describe('renderFrame', () => {
  test('40 services in 80x24', () => {
    const lines = renderFrame(busyView(), { columns: 80, rows: 24 }, plain);
    expect(lines[0]).toBe('');
    expect(lines.slice(1).join('\n')).toBe(
      `
slipway rebuild 20260204_140000  1m12s, about 59s left
████████████████████▓▓░░░░░░░░░░░░░░░░░░ 20/40 completed, 1 failed, 1 skipped

✗ integration low      3/6  1 under way, 1 skipped
● ai_ml       low      3/6  2 under way
● device      low      3/6  2 under way
● automation  low      3/6  2 under way
● analytics   low      3/6  2 under way
● frontend    low      3/5  2 under way
✗ other       low      2/5  1 under way, 1 failed

● ai_ml-service-with-a-name-22        building        49s
● device-service-with-a-name-23       building        48s
● automation-service-with-a-name-24   building        47s
● analytics-service-with-a-name-25    building        46s
● frontend-service-with-a-name-26     building        45s
● other-service-with-a-name-27        building        44s
● integration-service-with-a-name-28  building        43s
● ai_ml-service-with-a-name-29        building        42s
● device-service-with-a-name-30       building        41s
● automation-service-with-a-name-31   building        40s
  and 2 more under way
`.trim(),
    );
  });

  test.each([
    { columns: 80, rows: 24 },
    { columns: 80, rows: 10 },
    { columns: 20, rows: 24 },
    { columns: 20, rows: 3 },
    { columns: 250, rows: 60 },
    { columns: 1, rows: 1 },
  ])('never more than its room: %j', (size) => {
    for (const colour of ['on', 'off'] as const) {
      const lines = renderFrame(busyView(), size, makePaint({ colour, glyphs: 'unicode' }));
      expect(lines.length).toBeLessThanOrEqual(Math.max(1, size.rows - 1));
      expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(size.columns);
    }
  });

  test('too low for all categories shows what is under way instead', () => {
    const lines = renderFrame(busyView(), { columns: 80, rows: 8 }, plain);
    expect(lines.slice(2)).toEqual([
      '',
      '● ai_ml-service-with-a-name-22       building        49s',
      '● device-service-with-a-name-23      building        48s',
      '● automation-service-with-a-name-24  building        47s',
      '  and 9 more under way',
    ]);
  });

  test('ASCII where the locale has no more, and no colour codes without colour', () => {
    const text = renderFrame(busyView(), { columns: 80, rows: 24 }, makePaint({ colour: 'off', glyphs: 'ascii' })).join('\n');
    expect(text).toMatch(/^[\n -~]*$/);
    expect(text).toContain('####################xx..................');
  });

  test('what a build prints cannot steer the terminal', () => {
    const state = runOf([
      started([{ service: 'a', category: 'other' }]),
      building('a'),
      {
        type: 'step-progress',
        service: 'a',
        step: 'a:build',
        progress: { kind: 'build', step: 1, of: 2, cached: 0, name: 'RUN \u001b[2Jevil\r' },
      },
    ]);
    const view = viewRun(state, planOf([]), START_MS + 5000);
    const lines = renderFrame(view, { columns: 80, rows: 24 }, plain);
    expect(lines.at(-1)).toBe('● a  building       4.0s  step 1 of 2: RUN ·[2Jevil·');
  });

  test('a service between two steps is seen to wait', () => {
    const facts = { kind: 'test', result: 'passed', tests: 3, why: '' } as const;
    const outcome = { status: 'done', facts } as const;
    const state = runOf([
      started([{ service: 'a', category: 'other' }]),
      building('a'),
      { type: 'step-outcome', service: 'a', step: 'a:test', kind: 'test', attempt: 1, durationMs: 900, outcome },
    ]);
    const lines = renderFrame(viewRun(state, planOf([]), START_MS + 5000), { columns: 80, rows: 24 }, plain);
    expect(lines.at(-1)).toBe('● a  waiting        3.0s  tested');
  });

  test.each([
    ['a signal', { type: 'signal-received', signal: 'SIGINT', meaning: 'drain' }, 'stopping'],
    ['a cancel', { type: 'control-received', action: 'cancel', by: 'x' }, 'stopping'],
    ['a pause', { type: 'control-received', action: 'pause', by: 'x' }, 'paused'],
  ] as const)('%s is seen in the head line', (_, event, word) => {
    const lines = renderFrame(viewRun(runOf([started(FORTY), event]), planOf(FORTY), START_MS), { columns: 80, rows: 24 }, plain);
    expect(lines[1]).toBe(`slipway rebuild 20260204_140000  0.0s  ${word}`);
  });
});
