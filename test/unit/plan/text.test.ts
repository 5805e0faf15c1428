import { describe, expect, it } from 'vitest';
import { planToText } from '../../../src/plan/text.ts';
import { fingerprintsOf, fleetOf, NOTHING_OBSERVED, recordsOf, type ServiceSketch } from '../../support/fleet-builder.ts';
import { NOW_MS, planOf, textOf } from './planning.ts';

const port = (n: number): ServiceSketch => ({ startFirstObstacles: ['container_name', `host port ${n}`] });
const fleet = fleetOf({
  influxdb: { category: null, build: null, command: null },
  'weather-api': { ...port(8009), needs: ['influxdb'] },
  'sports-api': { ...port(8005), needs: ['influxdb'] },
  'blueprint-index': port(8027),
  'blueprint-suggestion-service': { ...port(8028), needs: ['blueprint-index'] },
  'ml-service': { ...port(8020), category: 'ai-ml', risk: 'medium', critical: true },
  'ai-core-service': { ...port(8018), category: 'ai-ml', risk: 'medium', needs: ['ml-service'] },
  'model-prep': { category: 'ai-ml', risk: 'medium', kind: 'one-shot' },
});
const bases = [{ ref: 'python:3.12-slim', image: 'sha256:1', created: '2025-12-25T00:00:00.000Z' }];

describe('the text of a plan', () => {
  it('shows waves, causes, strategies, bases and what is left alone', () => {
    const fingerprints = fingerprintsOf(fleet, {
      'weather-api': { inputs: 'inputs-2', bases },
      'blueprint-index': { config: 'config-2' },
      'blueprint-suggestion-service': { inputs: 'inputs-2', bases: [{ ref: 'node:22', image: null, created: null }] },
      'ml-service': { inputs: 'inputs-2', bases },
      'ai-core-service': { inputs: 'inputs-2', bases },
    });
    const records = recordsOf(fleet, {
      'weather-api': {
        durationsMs: { backup: [100], build: [30_000, 32_000, 90_000], test: [4000], replace: [1500], verify: [6000] },
      },
    });
    expect(textOf(fleet, { fingerprints, records })).toMatchInlineSnapshot(`
      "
      Plan: 5 planned, 3 untouched, about 1m27s to 3m23s, 4 never seen before

      Wave 1, low risk: 2 services
        config-changed: its configuration differs from that of the last completed run
          backup > replace > verify; stop-first (container_name, host port 8027)
            blueprint-index
        inputs-changed: its inputs differ from those of the last completed run
          backup > build > test? > replace? > verify
          stop-first (container_name, host port 8009)
            weather-api

      Wave 2, low risk: 1 service
        inputs-changed: its inputs differ from those of the last completed run
          backup > build > test? > replace? > verify
            blueprint-suggestion-service  stop-first (container_name, host port 8028);
                                          after blueprint-index

      Wave 3, medium risk: 1 service
        inputs-changed: its inputs differ from those of the last completed run
          backup > build > test? > replace? > verify
          stop-first (container_name, host port 8020)
            ml-service

      Wave 4, medium risk: 1 service
        inputs-changed: its inputs differ from those of the last completed run
          backup > build > test? > replace? > verify
            ai-core-service  stop-first (container_name, host port 8018); after
                             ml-service

      ? only if the new image is not the one that runs

      Estimate, each category by itself
        category      services   typical       p90   never seen
        apps                 3       51s     1m49s            2
        ai-ml                2         -         -            2
        all together         5     1m27s     3m23s            4

      Base images
        python:3.12-slim  41 days old, under 3 services
        node:22           not on the engine, age unknown, under 1 service
        a build on a cached base brings no fixes of it; --pull refreshes bases

      Untouched: 3 services
        in no category:
          influxdb
        same inputs, bases and configuration as in the last completed run:
          sports-api
        one-shot already succeeded on this image; name it to run it again:
          model-prep
      "
    `);
  });

  it('tells the times of the categories in sentences where a table does not fit, and not those of a single one', () => {
    const records = recordsOf(fleet, { 'weather-api': { durationsMs: { build: [30_000] } } });
    const text = (columns: number, categories: readonly string[]) =>
      planToText(planOf(fleet, { records, options: { noCache: true, categories } }), { columns, nowMs: NOW_MS });
    expect(text(40, [])).toMatch(/Estimate, each category by itself\n {2}apps: 4, typical .*, p90 .*,?\n/);
    expect(text(250, [])).toMatch(/\n {2}apps +4 +\S+ +\S+ +3\n/);
    expect(text(250, ['apps'])).not.toContain('each category by itself');
  });

  it('lists the names of one cause in one paragraph when there is no more to say of them', () => {
    const same = fleetOf(Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`service-number-${i}`, {}])));
    expect(textOf(same, { observed: NOTHING_OBSERVED, records: new Map() })).toMatchInlineSnapshot(`
      "
      Plan: 12 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 12 services
        never-built: it has no container and no image
          build > test > replace > verify; stop-first (first start)
            service-number-0, service-number-1, service-number-2, service-number-3,
            service-number-4, service-number-5, service-number-6, service-number-7,
            service-number-8, service-number-9, service-number-10, service-number-11
      "
    `);
  });

  it.each([20, 40, 80, 250])('keeps to %i columns where words allow it', (columns) => {
    const plan = planOf(fleet, { options: { noCache: true } });
    const longest = Math.max(
      ...planToText(plan, { columns, nowMs: NOW_MS })
        .split('\n')
        .map((line) => line.length),
    );
    expect(longest).toBeLessThanOrEqual(Math.max(columns, 'blueprint-suggestion-service'.length + 6 + 20));
  });

  it('is painted only when colours are given', () => {
    const paint = (mark: string) => (text: string) => `<${mark}>${text}</${mark}>`;
    const colour = { bold: paint('b'), dim: paint('d'), yellow: paint('y') };
    const text = planToText(planOf(fleet), { columns: 80, nowMs: NOW_MS, colour });
    expect(text.split('\n')[0]).toBe('<b>Plan: 0 planned, 8 untouched; nothing to do</b>');
  });
});
