import { describe, expect, it } from 'vitest';
import type { ResumeFacts } from '../../../src/plan/input.ts';
import { containerOf, fingerprintsOf, fleetOf, imageId, observedRunning, recordsOf } from '../../support/fleet-builder.ts';
import { needsOf, planOf, textOf } from './planning.ts';

const NOTHING_DONE: ResumeFacts = {
  settled: new Set(),
  built: new Map(),
  tested: new Map(),
  backedUp: new Set(),
  replaced: new Map(),
};
const web = fleetOf({ web: {} });
const changed = { fingerprints: fingerprintsOf(web, { web: { inputs: 'inputs-2' } }) };
const built = (inputs: string | null, image = 'web-2') => new Map([['web', { image: imageId(image), inputs }]]);

describe('what is left of an interrupted run', () => {
  it('leaves completed services alone', () => {
    const fleet = fleetOf({ a: {}, b: { needs: ['a'] } });
    const plan = planOf(fleet, { options: { force: true }, resume: { ...NOTHING_DONE, settled: new Set(['a']) } });
    expect(plan.untouched).toEqual([{ service: 'a', cause: { code: 'unchanged', text: 'completed earlier in this run' } }]);
    expect(needsOf(plan)).toContain('b:replace <- b:test');
  });

  it('keeps a build of the same inputs and says which image it made', () => {
    const plan = planOf(web, { ...changed, resume: { ...NOTHING_DONE, built: built('inputs-2'), backedUp: new Set(['web']) } });
    expect(plan.services[0]?.steps.map((s) => [s.id, s.needs, s.guard, s.image])).toEqual([
      ['web:test', [], undefined, imageId('web-2')],
      ['web:replace', ['web:test'], undefined, undefined],
      ['web:verify', ['web:replace'], undefined, undefined],
    ]);
  });

  it('keeps a test on that image', () => {
    const tested = new Map([['web', { image: imageId('web-2'), result: 'passed' as const }]]);
    const plan = planOf(web, { ...changed, resume: { ...NOTHING_DONE, built: built('inputs-2'), tested } });
    expect(plan.services[0]?.steps.map((s) => [s.id, s.image])).toEqual([
      ['web:backup', undefined],
      ['web:replace', imageId('web-2')],
      ['web:verify', undefined],
    ]);
  });

  it('replaces nothing when the build turned out to be what runs', () => {
    const plan = planOf(web, { ...changed, resume: { ...NOTHING_DONE, built: built('inputs-2', 'web') } });
    expect(plan.services[0]?.steps.map((s) => s.id)).toEqual(['web:verify']);
  });

  it('builds anew, and says so, when the inputs changed since', () => {
    const resume = {
      ...NOTHING_DONE,
      built: built('inputs-1.5'),
      tested: new Map([['web', { image: imageId('web-2'), result: 'passed' as const }]]),
    };
    expect(textOf(web, { ...changed, resume })).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        inputs-changed: its inputs changed since this run built it
          backup > build > test? > replace? > verify
          stop-first (default; set replace.order to start-first)
            web

      ? only if the new image is not the one that runs
      "
    `);
  });

  it('keeps a build of unknown inputs, unless the service failed', () => {
    const fingerprints = fingerprintsOf(web, { web: { inputs: null, unknown: 'remote' } });
    const resume = { ...NOTHING_DONE, built: built(null) };
    const kinds = (records = recordsOf(web)) =>
      planOf(web, { fingerprints, resume, records }).services[0]?.steps.map((s) => s.kind);
    expect(kinds()).toEqual(['backup', 'test', 'replace', 'verify']);
    expect(kinds(recordsOf(web, { web: { status: 'failed', code: 'test-failed' } }))).toContain('build');
  });

  it('only judges what is in place already', () => {
    const observed = observedRunning(web, {
      web: { containers: [containerOf('web', { image: imageId('web-2') })], tagImage: imageId('web-2') },
    });
    const resume = { ...NOTHING_DONE, built: built('inputs-2'), replaced: new Map([['web', { image: imageId('web-2') }]]) };
    const plan = planOf(web, { ...changed, observed, resume });
    expect(plan.services[0]?.steps).toMatchObject([{ id: 'web:verify', needs: [], image: imageId('web-2') }]);
  });

  it('gives what was built for a shared tag to all who run it, whether they were planned for themselves or not', () => {
    const shared = fleetOf({ maker: { image: 'shared:1' }, user: { image: 'shared:1', build: null, command: null } });
    const image = imageId('shared-2');
    const both = new Map(['maker', 'user'].map((key) => [key, { image, inputs: 'inputs-2' }]));
    const fingerprints = fingerprintsOf(shared, { maker: { inputs: 'inputs-2' }, user: { inputs: 'inputs-2' } });
    const stepsOf = (options: { force: boolean }) =>
      planOf(shared, { fingerprints, options, resume: { ...NOTHING_DONE, built: both } })
        .services.find((s) => s.service === 'user')
        ?.steps.map((s) => [s.kind, s.image]);
    expect(stepsOf({ force: true })).toEqual([
      ['backup', undefined],
      ['replace', image],
      ['verify', undefined],
    ]);
    expect(stepsOf({ force: false })).toEqual(stepsOf({ force: true }));
  });

  describe('of services of one tag', () => {
    const shared = fleetOf({ maker: { image: 'shared:1' }, user: { image: 'shared:1', needs: ['maker'] } });
    const image = imageId('shared-2');
    const fingerprints = fingerprintsOf(shared, { maker: { inputs: 'inputs-2' }, user: { inputs: 'inputs-2' } });
    const stepsOf = (resume: Partial<ResumeFacts>, options: { force?: boolean } = {}) =>
      planOf(shared, { fingerprints, options, resume: { ...NOTHING_DONE, ...resume } }).services.flatMap((s) =>
        s.steps.map(
          (step) =>
            `${step.id}${step.image === undefined ? '' : ` ${step.image === image ? 'of what was built' : 'of another'}`}`,
        ),
      );

    it('takes what one of them has built for all, whether the others have heard of it or not', () => {
      const steps = stepsOf({ built: new Map([['maker', { image, inputs: 'inputs-2' }]]) }, { force: true });
      expect(steps.filter((step) => step.includes(':build'))).toEqual([]);
      expect(steps.filter((step) => step.includes(':test'))).toEqual([
        'maker:test of what was built',
        'user:test of what was built',
      ]);
    });

    it('builds for all again when the inputs have changed since, and puts it in place also where the first build is already', () => {
      const old = imageId('user');
      const steps = stepsOf({
        built: new Map(
          ['maker', 'user'].map((key) => [key, { image: old, inputs: key === 'maker' ? 'inputs-1.5' : 'inputs-2' }]),
        ),
        replaced: new Map([['user', { image: old }]]),
      });
      expect(steps).toEqual(expect.arrayContaining(['maker:build', 'maker:replace', 'user:build', 'user:replace']));
    });
  });

  it('judges what it has put in place and nobody has judged, even when there is no other reason to touch it', () => {
    const resume = { ...NOTHING_DONE, replaced: new Map([['web', { image: imageId('web') }]]) };
    expect(planOf(web, { resume }).services).toMatchObject([
      { service: 'web', steps: [{ id: 'web:verify', image: imageId('web') }] },
    ]);
  });

  it('puts in place again whom nobody selected and the run needed, with what it has built for it', () => {
    const fleet = fleetOf({ maker: { image: 'shared:1' }, user: { image: 'shared:1', category: null } });
    const image = imageId('shared-2');
    const resume = {
      ...NOTHING_DONE,
      built: new Map([['maker', { image, inputs: 'inputs-1' }]]),
      settled: new Set(['maker']),
      failed: new Set(['user']),
    };
    expect(planOf(fleet, { resume }).services).toMatchObject([
      { service: 'user', cause: { code: 'dependency-down' }, steps: [{ id: 'user:backup' }, { id: 'user:replace', image }, {}] },
    ]);
  });

  it('replaces again what did not stay', () => {
    const resume = { ...NOTHING_DONE, built: built('inputs-2'), replaced: new Map([['web', { image: imageId('web-2') }]]) };
    expect(planOf(web, { ...changed, resume }).services[0]?.steps.map((s) => s.kind)).toEqual([
      'backup',
      'test',
      'replace',
      'verify',
    ]);
  });

  it('still recreates the sharer of a namespace that was replaced before the interruption', () => {
    const fleet = fleetOf({
      vpn: {},
      client: { category: null, edges: [{ to: 'vpn', source: 'namespace', condition: 'started' }] },
    });
    const resume = { ...NOTHING_DONE, settled: new Set(['vpn']), replaced: new Map([['vpn', { image: imageId('vpn') }]]) };
    const plan = planOf(fleet, { resume });
    expect(plan.services.map((s) => [s.service, s.steps.map((step) => [step.kind, step.guard, step.action])])).toEqual([
      [
        'client',
        [
          ['replace', undefined, 'recreate'],
          ['verify', undefined, undefined],
        ],
      ],
    ]);
    expect(planOf(fleet, { resume: { ...resume, settled: new Set(['vpn', 'client']) } }).services).toEqual([]);
  });
});
