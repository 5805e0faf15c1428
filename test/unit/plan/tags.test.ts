import { describe, expect, it } from 'vitest';
import { fingerprintsOf, fleetOf, NOTHING_OBSERVED, observedRunning } from '../../support/fleet-builder.ts';
import { needsOf, planOf, textOf } from './planning.ts';

const fresh = { observed: NOTHING_OBSERVED, records: new Map() };

describe('identical builds', () => {
  const build = { context: '/fleet', dockerfile: 'Dockerfile', args: { A: '1' } };

  it('are done once: the later ones wait for the first and keep their own tests', () => {
    const fleet = fleetOf({
      a: { build },
      b: { build: { ...build, tags: ['x'] } },
      c: { build: { ...build, args: { A: '2' } } },
    });
    expect(textOf(fleet, fresh)).toMatchInlineSnapshot(`
      "
      Plan: 3 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 3 services
        never-built: it has no container and no image
          build > test > replace > verify
            a  stop-first (first start)
            b  stop-first (first start); same build as a
            c  stop-first (first start)
      "
    `);
    expect(needsOf(planOf(fleet, fresh)).filter((line) => line.includes(':build <-'))).toEqual([
      'a:build <-',
      'b:build <- a:build',
      'c:build <-',
    ]);
  });

  it('are led by one that waits for none of the others', () => {
    const fleet = fleetOf({ late: { build, needs: ['early'] }, early: { build } });
    const plan = planOf(fleet, fresh);
    expect(plan.services.map((s) => [s.service, s.wave, s.steps[0]?.sameBuildAs])).toEqual([
      ['early', 1, undefined],
      ['late', 2, 'early'],
    ]);
  });

  it('are led by the lower risk', () => {
    const fleet = fleetOf({ risky: { build, risk: 'high' }, safe: { build } });
    expect(planOf(fleet, fresh).services.map((s) => [s.service, s.steps[0]?.sameBuildAs])).toEqual([
      ['safe', undefined],
      ['risky', 'safe'],
    ]);
  });
});

describe('services of one tag', () => {
  it('warn when two of them build it, and are replaced one after the other', () => {
    const fleet = fleetOf({ a: { image: 'app:1' }, b: { image: 'app:1' } });
    const plan = planOf(fleet, fresh);
    expect(plan.diagnostics.map((d) => `${d.code}: ${d.message}`)).toEqual([
      'shared-tag: a, b all build the tag app:1: it is built once and they are replaced as one',
    ]);
    expect(needsOf(plan)).toContain('b:build <- a:build');
    expect(needsOf(plan)).toContain('b:replace <- b:test a:replace');
    expect(plan.services[1]?.requires).toEqual(['a']);
  });

  it('drag each other along when the tag moves, also when not selected', () => {
    const fleet = fleetOf({ web: { image: 'app:1' }, worker: { image: 'app:1', build: null, category: null } });
    const fingerprints = fingerprintsOf(fleet, { web: { inputs: 'inputs-2' } });
    const plan = planOf(fleet, { fingerprints });
    expect(textOf(fleet, { fingerprints })).toMatchInlineSnapshot(`
      "
      Plan: 2 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        inputs-changed: its inputs differ from those of the last completed run
          backup > build > test? > replace? > verify
          stop-first (default; set replace.order to start-first)
            web

      Wave 2, low risk: 1 service
        dependent-of: it runs the same tag as web: app:1
          backup > build > test? > replace? > verify
            worker  stop-first (default; set replace.order to start-first); same build
                    as web; after web

      ? only if the new image is not the one that runs
      "
    `);
    expect(plan.services[1]?.steps.find((s) => s.kind === 'build')).toMatchObject({ sameBuildAs: 'web', as: 'web' });
    expect(plan.diagnostics).toEqual([]);
  });

  it('are left alone when they have no container', () => {
    const fleet = fleetOf({ web: { image: 'app:1' }, worker: { image: 'app:1', build: null, category: null } });
    const observed = observedRunning(fleet, { worker: { containers: [] } });
    expect(planOf(fleet, { observed, options: { force: true } }).services.map((s) => s.service)).toEqual(['web']);
  });

  it('are built by the first that needs the image, from the section of the one that has it', () => {
    const fleet = fleetOf({
      web: { image: 'app:1', edges: [{ to: 'migrate', condition: 'completed' }] },
      migrate: { image: 'app:1', build: null, command: null, kind: 'one-shot' },
    });
    const plan = planOf(fleet, fresh);
    expect(plan.services.map((s) => s.service)).toEqual(['migrate', 'web']);
    expect(plan.services[0]?.steps[0]).toMatchObject({ id: 'migrate:build', as: 'web', needs: [] });
    expect(plan.services[0]?.steps[0]?.pull).toBeUndefined();
    expect(plan.services[1]?.steps[0]).toMatchObject({ id: 'web:build', sameBuildAs: 'migrate', needs: ['migrate:build'] });
  });

  it('are pulled once when none builds it', () => {
    const fleet = fleetOf({
      a: { image: 'redis:7', build: null, command: null },
      b: { image: 'redis:7', build: null, command: null },
    });
    const plan = planOf(fleet, { options: { pull: true } });
    expect(needsOf(plan).filter((line) => line.includes(':build <-'))).toEqual([
      'a:build <- a:backup',
      'b:build <- b:backup a:build',
    ]);
    expect(plan.services.map((s) => s.steps[1]?.pull)).toEqual([true, true]);
  });
});
