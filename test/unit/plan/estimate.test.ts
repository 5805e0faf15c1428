import { describe, expect, it } from 'vitest';
import { forecaster, forecastPlan, quantile } from '../../../src/plan/estimate.ts';
import { fleetOf, NOTHING_OBSERVED, recordsOf } from '../../support/fleet-builder.ts';
import { planOf } from './planning.ts';

describe('quantiles', () => {
  it('are the nearest rank', () => {
    const ten = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    expect([quantile(ten, 0.5), quantile(ten, 0.9), quantile([7], 0.9), quantile([], 0.5)]).toEqual([5, 9, 7, null]);
  });
});

describe('the forecast of a service', () => {
  const records = new Map([
    ['seen', { durationsMs: { build: [10, 30, 20], test: [5] } }],
    ['other', { durationsMs: { build: [40] } }],
  ]);

  it('takes its own median, else that of the fleet, else a default', () => {
    const forecast = forecaster(records);
    expect(forecast('seen', ['build', 'test'])).toEqual({
      typicalMs: 25,
      slowMs: 35,
      seen: true,
      stepsMs: { build: { typicalMs: 20, slowMs: 30, samples: 3 }, test: { typicalMs: 5, slowMs: 5, samples: 1 } },
    });
    expect(forecast('new', ['build', 'test'])).toEqual({
      typicalMs: 25,
      slowMs: 45,
      seen: false,
      stepsMs: { build: { typicalMs: 20, slowMs: 40, samples: 0 }, test: { typicalMs: 5, slowMs: 5, samples: 0 } },
    });
    expect(forecast('seen', ['replace'])).toMatchObject({ typicalMs: 2000, seen: false });
  });
});

describe('the forecast of a plan', () => {
  const load = (typicalMs: number, path = typicalMs) => ({
    typicalMs,
    slowMs: 2 * typicalMs,
    seen: true,
    pathMs: { typical: path, slow: 2 * path },
  });

  it('is the work shared among the slots, or the longest path', () => {
    const four = [load(100), load(100), load(100), load(100)];
    expect(forecastPlan(four, 2)).toEqual({ typicalMs: 200, slowMs: 400, unseen: 0 });
    expect(forecastPlan(four, Number.POSITIVE_INFINITY)?.typicalMs).toBe(100);
    expect(forecastPlan([load(100), load(100, 300)], 2)?.typicalMs).toBe(300);
  });

  it('is not guessed when nothing was ever seen', () => {
    expect(forecastPlan([{ ...load(100), seen: false }], 1)).toBeNull();
    expect(forecastPlan([], 1)).toBeNull();
  });

  it('follows the batch size of the plan', () => {
    const fleet = fleetOf({ a: { command: null }, b: { command: null } });
    const durationsMs = { build: [10_000], replace: [1000], verify: [1000], backup: [0] };
    const records = recordsOf(fleet, { a: { durationsMs }, b: { durationsMs } });
    const typical = (batchSize: number) => planOf(fleet, { records, options: { force: true, batchSize } }).estimate?.typicalMs;
    expect([typical(1), typical(2)]).toEqual([24_000, 12_000]);
    expect(planOf(fleet, { observed: NOTHING_OBSERVED, records: new Map() }).estimate).toBeUndefined();
    expect(planOf(fleet, { records, options: { force: true } }).services[0]?.estimateMs).toBe(12_000);
  });

  it('is carried by the plan for each step, with how much it rests on', () => {
    const fleet = fleetOf({ a: { command: null }, b: { command: null } });
    const records = recordsOf(fleet, { a: { durationsMs: { build: [10_000, 30_000], replace: [1000] } } });
    const [a, b] = planOf(fleet, { records, options: { force: true } }).services;
    expect(a?.stepsMs).toMatchObject({
      build: { typicalMs: 10_000, slowMs: 30_000, samples: 2 },
      verify: { typicalMs: 6000, slowMs: 6000, samples: 0 },
    });
    expect(b?.stepsMs?.build).toEqual({ typicalMs: 10_000, slowMs: 30_000, samples: 0 });
    expect(b?.estimateMs).toBeNull();
    expect(planOf(fleet, { options: { force: true } }).services[0]).not.toHaveProperty('stepsMs');
  });

  it('tells of each category what it would take by itself, and of which nothing is known', () => {
    const fleet = fleetOf({
      a: { command: null },
      b: { command: null, needs: ['a'] },
      c: { command: null, category: 'ai-ml', needs: ['b'] },
      d: { command: null, category: 'other' },
    });
    const durationsMs = { build: [10_000, 20_000], replace: [1000], verify: [1000], backup: [0] };
    const records = recordsOf(fleet, { a: { durationsMs }, c: { durationsMs } });
    const { estimate } = planOf(fleet, { records, options: { force: true, batchSize: 4 } });
    expect(estimate).toMatchObject({ typicalMs: 36_000, slowMs: 66_000, unseen: 2 });
    expect(estimate?.categories).toEqual([
      { category: 'apps', services: 2, typicalMs: 24_000, slowMs: 44_000, unseen: 1 },
      { category: 'ai-ml', services: 1, typicalMs: 12_000, slowMs: 22_000, unseen: 0 },
      { category: 'other', services: 1, typicalMs: null, slowMs: null, unseen: 1 },
    ]);
  });
});
