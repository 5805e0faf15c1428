import { describe, expect, it } from 'vitest';
import { fleetOf, NOTHING_OBSERVED, recordsOf } from '../../support/fleet-builder.ts';
import { needsOf, planOf } from './planning.ts';

const fresh = { observed: NOTHING_OBSERVED, records: new Map() };

describe('needs', () => {
  it('follow the condition of each edge: started the replace, healthy and completed the verdict', () => {
    const fleet = fleetOf({
      queue: { command: null },
      db: { command: null },
      job: { command: null, kind: 'one-shot' },
      web: {
        command: null,
        edges: [{ to: 'queue', condition: 'started' }, { to: 'db' }, { to: 'job', condition: 'completed' }],
      },
    });
    expect(needsOf(planOf(fleet, fresh)).filter((line) => line.startsWith('web'))).toEqual([
      'web:build <-',
      'web:replace <- web:build queue:replace db:verify job:verify',
      'web:verify <- web:replace',
    ]);
  });

  it('let an optional dependency end first, whatever its end', () => {
    const fleet = fleetOf({ cache: {}, web: { edges: [{ to: 'cache', required: false }] } });
    const plan = planOf(fleet, fresh);
    expect(needsOf(plan)).toContain('web:replace <- web:test (after cache:verify)');
    expect(plan.services.find((s) => s.service === 'web')?.requires).toEqual([]);
  });

  it('name nothing that is untouched', () => {
    const fleet = fleetOf({ db: {}, web: { needs: ['db'] } });
    const records = recordsOf(fleet, { web: null });
    expect(needsOf(planOf(fleet, { records }))).toEqual([
      'web:backup <-',
      'web:build <- web:backup',
      'web:test <- web:build',
      'web:replace <- web:test',
      'web:verify <- web:replace',
    ]);
  });

  it('wait for the test of a dependency that is only tested', () => {
    const fleet = fleetOf({ db: {}, web: { needs: ['db'] } });
    const records = recordsOf(fleet, { web: null, db: { tested: 'untested' } });
    expect(needsOf(planOf(fleet, { records }))).toContain('web:replace <- web:test db:test');
  });
});

describe('risk', () => {
  it('gates the replaces of a higher one, never builds or tests', () => {
    const fleet = fleetOf({ c: { risk: 'high' }, b: { risk: 'medium' }, a: {} });
    const plan = planOf(fleet, fresh);
    expect(plan.services.map((s) => `${s.service} ${s.effectiveRisk} ${s.wave}`)).toEqual(['a low 1', 'b medium 2', 'c high 3']);
    expect(needsOf(plan).filter((line) => line.includes('risk:'))).toEqual([
      'b:replace <- b:test risk:low',
      'c:replace <- c:test risk:low risk:medium',
    ]);
  });

  it('is raised by a planned dependency, so that dependencies win', () => {
    const fleet = fleetOf({ ui: { needs: ['core'] }, core: { risk: 'high' }, lone: { risk: 'medium' } });
    const plan = planOf(fleet, fresh);
    expect(plan.services.map((s) => `${s.service} ${s.risk} ${s.effectiveRisk} ${s.wave}`)).toEqual([
      'lone medium medium 1',
      'core high high 2',
      'ui low high 3',
    ]);
  });

  it('is not raised by a dependency that is untouched', () => {
    const fleet = fleetOf({ ui: { needs: ['core'] }, core: { risk: 'high' } });
    expect(planOf(fleet, { records: recordsOf(fleet, { ui: null }) }).services).toMatchObject([
      { service: 'ui', effectiveRisk: 'low', wave: 1 },
    ]);
  });
});

describe('start order', () => {
  const seconds = (build: number) => ({ status: 'failed' as const, durationsMs: { build: [build * 1000] } });

  it('begins with the longest remaining path by recorded durations', () => {
    const fleet = fleetOf({ quick: {}, slow: {}, root: {}, leaf: { needs: ['root'] } });
    const records = recordsOf(fleet, { quick: seconds(5), slow: seconds(60), root: seconds(20), leaf: seconds(90) });
    expect(planOf(fleet, { records }).services.map((s) => s.service)).toEqual(['root', 'leaf', 'slow', 'quick']);
  });

  it('keeps the order of the configuration among equals', () => {
    const fleet = fleetOf({ c: {}, a: {}, b: {} });
    expect(planOf(fleet, fresh).services.map((s) => s.service)).toEqual(['c', 'a', 'b']);
  });
});

describe('ten thousand services', () => {
  const services = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, i) => [
      `s${i}`,
      { risk: (['low', 'medium', 'high'] as const)[i % 3]!, needs: i % 100 === 0 ? [] : [`s${i - 1}`, `s${i - (i % 100)}`] },
    ]),
  );

  it('are planned with a number of needs that grows with them, not with their square', () => {
    const plan = planOf(fleetOf(services), fresh);
    const needs = plan.services.flatMap((s) => s.steps.flatMap((step) => step.needs)).length;
    expect(plan.services).toHaveLength(10_000);
    expect(needs).toBeLessThan(10_000 * 8);
  });

  it('may be one chain', () => {
    const chain = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`s${i}`, { needs: i === 0 ? [] : [`s${i - 1}`] }]));
    expect(planOf(fleetOf(chain), fresh).services.at(-1)).toMatchObject({ service: 's4999', wave: 5000 });
  });
});
