import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { StepKind } from '../../../src/plan/types.ts';
import { renderForecast } from '../../../src/report/forecast-text.ts';
import { makePaint } from '../../../src/report/paint.ts';
import type { BatchForecast, Forecast, ServiceForecast, TimedStep } from '../../../src/run/forecast/types.ts';

const plain = makePaint({ colour: 'off', glyphs: 'ascii' });

function step(service: string, kind: StepKind, [from, to]: readonly [number, number]): TimedStep {
  return { service, kind, startMs: from * 1000, endMs: to * 1000 };
}

function service(name: string, category: string, steps: Partial<Record<StepKind, readonly [number, number]>>): ServiceForecast {
  const timed = Object.entries(steps).map(([kind, times]) => step(name, kind as StepKind, times));
  return { service: name, category, steps: timed, healthyMs: null };
}

function batch(batchSize: BatchForecast['batchSize'], seconds: readonly [number, number, number]): BatchForecast {
  const [typicalMs, medianMs, p90Ms] = seconds.map((s) => s * 1000) as [number, number, number];
  return { batchSize, typicalMs, medianMs, p90Ms, downtimeMs: { median: 1600, longest: 12_300 } };
}

const TIMELINE = [
  service('postgres', 'core', { backup: [0, 1], build: [1, 40], test: [40, 45], replace: [45, 48], verify: [48, 60] }),
  service('api', 'core', { build: [0, 50], test: [50, 55], replace: [55, 60], verify: [60, 80] }),
  service('a-service-with-quite-a-long-name', 'front_end', { build: [40, 55], replace: [80, 81], verify: [81, 95] }),
];

const FORECAST: Forecast = {
  version: 1,
  services: 3,
  untouched: 1,
  history: { runs: 4, newest: '20260204_140000', unseen: ['api'], mostSamples: 4 },
  draws: 20,
  seed: 1,
  batches: [batch(1, [185, 186, 190]), batch(5, [95, 96, 104]), batch('all', [95, 95, 101])],
  batchSize: 5,
  categories: [
    { name: 'core', risk: 'high', services: 2, startMs: 0, endMs: 80_000, workMs: 140_000 },
    { name: 'front_end', risk: 'low', services: 1, startMs: 40_000, endMs: 95_000, workMs: 30_000 },
  ],
  criticalPath: [
    { ...step('api', 'build', [0, 50]), after: { kind: 'begin', service: null } },
    { ...step('api', 'test', [50, 55]), after: { kind: 'own', service: 'api' } },
    { ...step('api', 'replace', [55, 60]), after: { kind: 'place', service: 'postgres' } },
    { ...step('api', 'verify', [60, 80]), after: { kind: 'own', service: 'api' } },
    {
      ...step('a-service-with-quite-a-long-name', 'replace', [80, 81]),
      after: { kind: 'needs', service: 'api' },
    },
    { ...step('a-service-with-quite-a-long-name', 'verify', [81, 95]), after: { kind: 'own', service: null } },
  ],
  timeline: TIMELINE,
  diagnostics: [],
};

test('a forecast: how long, by batch size and category, what makes it so long, and when what happens', () => {
  expect(renderForecast(FORECAST, 'compose', { columns: 80, paint: plain })).toMatchInlineSnapshot(`
    "Forecast: 3 services, batch size 5: about 1m35s
      nine times out of ten under 1m44s; a service is down for 1.6s, at most 12s
      If the inputs of every selected service have changed (1 that are not built are
      left alone) and nothing fails.
      Durations are those of 4 runs, the newest 20260204_140000.
      Never recorded, so only guessed: 1 service: api

      batch size    total  median     p90  down for  at most
      1             3m05s   3m06s   3m10s      1.6s      12s
    > 5             1m35s   1m36s   1m44s      1.6s      12s
      all           1m35s   1m35s   1m41s      1.6s      12s
      Each step takes what it took when it was recorded, whatever runs beside it:
      larger batches look better here than a busy machine makes them.

      category   risk    services    from      to  all steps
      core       high           2    0:00    1:20      2m20s
      front_end  low            1    0:40    1:35        30s

    What makes it so long  (begins at, takes, steps, what they had to wait for)
        0:00    55s  api                       build test
        0:55    25s  api                       replace verify  place of postgres
        1:20    15s  a-service-with-quite-a-~  replace verify  needs it

    Timeline  b build  t test  r replace  v verify  . waits
                               |0:00           |0:30           |1:00
      postgres                 bbbbbbbbbbbbbbbbbbbbbtttrrrvvvvvv
      api                      bbbbbbbbbbbbbbbbbbbbbbbbbbbtttrrrvvvvvvvvvvv
      a-service-with-quite-a-~                      bbbbbbbbbb............rrvvvvvvv
    "
  `);
});

test('what is only guessed, and where the fleet is from, is said', () => {
  const history = { runs: 1, newest: '20260204_140000', unseen: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], mostSamples: 1 };
  const lines = renderForecast({ ...FORECAST, history, draws: 0 }, 'plans', { columns: 100, paint: plain });
  const text = lines.replaceAll(/\s+/g, ' ');
  expect(text).toContain('Each step was recorded once, so how they vary is not known.');
  expect(text).toContain('The fleet is as the plans of these runs have it: what they never planned is not in it.');
  expect(text).toContain('Never recorded, so only guessed: 8 services: a, b, c, d, e, f and 2 others');
  expect(text).not.toContain('p90');
});

test('nothing to do is said in a line', () => {
  const text = renderForecast({ ...FORECAST, services: 0, untouched: 2, timeline: [] }, 'compose', { columns: 80, paint: plain });
  expect(text).toBe('Nothing to forecast: a rebuild would leave 2 services alone\n');
});

describe('a large fleet', () => {
  const timeline = Array.from({ length: 70 }, (_, i) => {
    const from = Math.floor(i / 10) * 10;
    return service(`s${i}`, i % 2 === 0 ? 'even' : 'odd', { build: [from, from + 8], verify: [from + 8, from + 10] });
  });

  test('a row a category then tells how many services are at work', () => {
    const text = renderForecast({ ...FORECAST, timeline }, 'compose', { columns: 60, paint: plain });
    const rows = text.split('\n').slice(text.split('\n').findIndex((line) => line.startsWith('Timeline')));
    expect(rows.join('\n')).toMatchInlineSnapshot(`
      "Timeline  how many services are at work: 1 to 9, + more
             |0:00      |0:15      |0:30      |0:45      |1:00
        even 5555555+555555+5555555+555555+5555555+555555+5555555
        odd  5555555+555555+5555555+555555+5555555+555555+5555555
      "
    `);
  });

  test.each([40, 60, 80, 120])('no line is wider than %i columns', (columns) => {
    const text = renderForecast({ ...FORECAST, timeline }, 'compose', { columns, paint: plain });
    const small = renderForecast(FORECAST, 'compose', { columns, paint: plain });
    const wide = `${text}${small}`.split('\n').filter((line) => stringWidth(line) > Math.max(columns, 66));
    expect(wide).toEqual([]);
  });
});
