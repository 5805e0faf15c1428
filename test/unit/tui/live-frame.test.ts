import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../src/journal/events.ts';
import { DetailFold } from '../../../src/report/facts/samples.ts';
import { renderScreen } from '../../../src/tui/frame.ts';
import { renderLive } from '../../../src/tui/live-frame.ts';
import { makeLook } from '../../../src/tui/look.ts';
import { RunFacts } from '../../../src/tui/run-facts.ts';
import { tableRows } from '../../../src/tui/table.ts';
import { FIRST_UI } from '../../../src/tui/ui-state.ts';
import { building, eventsOf, type MadeService, runOf, START_MS, settled, started } from '../../support/run-state.ts';

const CATEGORIES = ['integration', 'ai_ml', 'device', 'automation', 'analytics', 'frontend', 'other'];
const FORTY = Array.from({ length: 40 }, (_, i) => ({
  service: `${CATEGORIES[i % 7]}-service-with-a-name-${String(i).padStart(2, '0')}`,
  category: CATEGORIES[i % 7]!,
}));
const plain = makeLook({ colour: 'off', glyphs: 'unicode' });

/** 20 done, one failed, one skipped, twelve building. */
function busy(): readonly EventBody[] {
  const name = (i: number) => FORTY[i]!.service;
  return [
    started(FORTY),
    ...Array.from({ length: 20 }, (_, i) => settled(name(i))),
    settled(name(20), { status: 'failed', failure: { code: 'test-failed', exitCode: 1, lastLogLines: [] } }),
    settled(name(21), { status: 'skipped', failure: { code: 'dependency-failed', dependency: name(20) } }),
    ...Array.from({ length: 12 }, (_, i) => building(name(22 + i))),
  ];
}

function factsOf(events: readonly EventBody[], nowMs: number) {
  const details = new DetailFold();
  for (const event of eventsOf(events)) details.apply(event);
  const run = new RunFacts(null).at(runOf(events), details, { live: true, nowMs });
  return { ...run, usage: new Map(), sample: null, cpuHistory: [], problem: null };
}

const ONE: readonly MadeService[] = [{ service: 'a', category: 'other' }];

describe('renderLive', () => {
  test('40 services in 80x24', () => {
    const lines = renderLive(factsOf(busy(), START_MS + 72_000), { columns: 80, rows: 24 }, plain);
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "
      slipway rebuild 20260204_140000 · phase1                        ● running  1m12s
      ██████████████████████████▓▓░░░░░░░░░░░░░░░░░░░░░░░   55%  22/40  about 59s left
      ✓ 20 done  ✗ 1 failed  – 1 skipped  ● 12 running  · 6 waiting
      ─ Categories ───────────────────────────────────────────────────────────────────
      CATEGORY     DONE FAIL RUN WAIT RISK
      integration   3/6    1   1    1         █████████████░░░░░░
      ai_ml         3/6    -   2    1         ██████████░░░░░░░░░
      device        3/6    -   2    1         ██████████░░░░░░░░░
      automation    3/6    -   2    1         ██████████░░░░░░░░░
      analytics     3/6    -   2    1         ██████████░░░░░░░░░
      frontend      3/5    -   2    -         ███████████░░░░░░░░
      other         2/5    1   1    1         ███████████░░░░░░░░
      ─ Lanes ───────────────────────────────────────────────────────── 12 under way ─
      build 12    ai_ml-service-with-a-name-22     49s  building
                  device-service-with-a-name-23    48s  building
                  automation-service-with-a-na…    47s  building
                  analytics-service-with-a-nam…    46s  building
                  frontend-service-with-a-name…    45s  building
                  other-service-with-a-name-27     44s  building
                  integration-service-with-a-n…    43s  building
                  ai_ml-service-with-a-name-29     42s  building
                  device-service-with-a-name-30    41s  building"
    `);
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
      const lines = renderLive(factsOf(busy(), START_MS + 72_000), size, makeLook({ colour, glyphs: 'unicode' }));
      expect(lines.length).toBeLessThanOrEqual(Math.max(1, size.rows - 1));
      expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(size.columns);
    }
  });

  test('too low for all categories shows what is under way instead', () => {
    const lines = renderLive(factsOf(busy(), START_MS + 72_000), { columns: 80, rows: 8 }, plain);
    expect(lines.slice(3).join('\n')).toMatchInlineSnapshot(`
      "─ Lanes ───────────────────────────────────────────────────────── 12 under way ─
      build 12    ai_ml-service-with-a-name-22     49s  building
                  device-service-with-a-name-23    48s  building
                  automation-service-with-a-na…    47s  building"
    `);
  });

  test('ASCII where the locale has no more, and no colour codes without colour', () => {
    const look = makeLook({ colour: 'off', glyphs: 'ascii' });
    const text = renderLive(factsOf(busy(), START_MS + 72_000), { columns: 80, rows: 24 }, look).join('\n');
    expect(text).toMatch(/^[\n -~]*$/);
  });

  test('what a build prints cannot steer the terminal', () => {
    const progress = { kind: 'build', step: 1, of: 2, cached: 0, name: 'RUN \u001b[2Jevil\r' } as const;
    const events = [started(ONE), building('a'), { type: 'step-progress', service: 'a', step: 'a:build', progress } as const];
    const lines = renderLive(factsOf(events, START_MS + 5000), { columns: 80, rows: 24 }, plain);
    expect(lines.at(-1)).toBe('build 1     a            4.0s  ████░░░░ step 1 of 2  RUN ·[2Jevil·');
  });

  test('a service between two steps is seen to wait', () => {
    const outcome = { status: 'done', facts: { kind: 'test', result: 'passed', tests: 3, why: '' } } as const;
    const tested = {
      type: 'step-outcome',
      service: 'a',
      step: 'a:test',
      kind: 'test',
      attempt: 1,
      durationMs: 900,
      outcome,
    } as const;
    const lines = renderLive(factsOf([started(ONE), building('a'), tested], START_MS + 5000), { columns: 80, rows: 24 }, plain);
    expect(lines.at(-1)).toBe('waiting 1   a            3.0s  waiting  tested');
  });

  test('a signal is seen in the head line', () => {
    const events = [started(FORTY), { type: 'signal-received', signal: 'SIGINT', meaning: 'drain' } as const];
    const [, head] = renderLive(factsOf(events, START_MS), { columns: 80, rows: 24 }, plain);
    expect(head).toMatch(/^slipway rebuild 20260204_140000 · phase1 +! stopping {2}0\.0s$/);
  });

  test('what a rollback puts back is well, what a rebuild takes back is not', () => {
    const failure = { code: 'interrupted' } as const;
    const bar = (how: Parameters<typeof settled>[1]) => {
      const facts = factsOf([started(ONE), settled('a', { status: 'rolled-back', ...how })], START_MS);
      return renderLive(facts, { columns: 60, rows: 24 }, plain)[2];
    };
    expect(bar({ failure: null })).toMatch(/^█+ /);
    expect(bar({ failure })).toMatch(/^▓+ /);
  });

  test('names that would steer the terminal do not', () => {
    const name = '\u001b[2Jevil';
    const facts = factsOf([started([{ service: name, category: name }, ...ONE]), building(name)], START_MS + 1000);
    const size = { columns: 120, rows: 40 };
    const rows = tableRows(facts, FIRST_UI);
    const screen = renderScreen({ facts, rows, ui: FIRST_UI, log: null }, size, plain);
    const text = screen.flatMap((line) => line.map((piece) => piece.text)).join('\n');
    expect(text).toContain('·[2Jevil');
    expect([...renderLive(facts, size, plain), text].join('')).not.toContain('\u001b');
  });
});
