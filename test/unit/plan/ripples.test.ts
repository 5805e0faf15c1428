import { describe, expect, it } from 'vitest';
import { containerOf, fingerprintsOf, fleetOf, NOTHING_OBSERVED, observedRunning } from '../../support/fleet-builder.ts';
import { needsOf, planOf, textOf } from './planning.ts';

const exited = (key: string) => ({ containers: [containerOf(key, { state: 'exited' as const, exitCode: 1 })] });
const absent = { containers: [], tagImage: null };

describe('dependencies that do not run', () => {
  const fleet = fleetOf({
    disk: { category: null },
    db: { category: null, build: null, command: null, needs: ['disk'] },
    web: { needs: ['db'] },
  });
  const fingerprints = fingerprintsOf(fleet, { web: { inputs: 'inputs-2' } });

  it('are started, and what they need in turn; a missing image is built or pulled', () => {
    const observed = observedRunning(fleet, { db: absent, disk: exited('disk') });
    expect(textOf(fleet, { observed, fingerprints })).toMatchInlineSnapshot(`
      "
      Plan: 3 planned, 0 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        dependency-down: db needs it and it is not running
          replace > verify; stop-first (default; set replace.order to start-first)
            disk

      Wave 2, low risk: 1 service
        dependency-down: web needs it and it is not running
          pull > replace > verify
            db  stop-first (first start); after disk

      Wave 3, low risk: 1 service
        inputs-changed: its inputs differ from those of the last completed run
          backup > build > test? > replace? > verify
            web  stop-first (default; set replace.order to start-first); after db

      ? only if the new image is not the one that runs
      "
    `);
  });

  it('are left alone when they run, and when nothing that needs them is planned', () => {
    expect(planOf(fleet, { fingerprints }).services.map((s) => s.service)).toEqual(['web']);
    expect(planOf(fleet, { observed: observedRunning(fleet, { db: absent }) }).services).toEqual([]);
  });

  it('are not started for an optional edge that is more than an order', () => {
    const optional = fleetOf({ db: { category: null }, web: { edges: [{ to: 'db', required: false }] } });
    const observed = observedRunning(optional, { db: absent });
    expect(planOf(optional, { observed, options: { force: true } }).services.map((s) => s.service)).toEqual(['web']);
  });

  it('that are finished jobs are not run again', () => {
    const jobs = fleetOf({ job: { category: null, kind: 'one-shot' }, web: { edges: [{ to: 'job', condition: 'completed' }] } });
    expect(planOf(jobs, { options: { force: true } }).services.map((s) => s.service)).toEqual(['web']);
    const failed = planOf(jobs, { options: { force: true }, observed: observedRunning(jobs, { job: exited('job') }) });
    expect(failed.services.map((s) => `${s.service} ${s.cause.code}`)).toEqual(['job dependency-down', 'web forced']);
  });

  it('whose image a build starts from only get that image', () => {
    const stages = fleetOf({ base: { category: null }, web: { edges: [{ to: 'base', source: 'build' }] } });
    const plan = planOf(stages, { observed: NOTHING_OBSERVED, records: new Map() });
    expect(needsOf(plan)).toEqual([
      'base:build <-',
      'web:build <- base:build',
      'web:test <- web:build',
      'web:replace <- web:test',
      'web:verify <- web:replace',
    ]);
  });
});

describe('dependents that a replacement breaks', () => {
  const fleet = fleetOf({
    vpn: {},
    client: { category: null, edges: [{ to: 'vpn', source: 'namespace', condition: 'started' }] },
    files: { category: null, edges: [{ to: 'vpn', source: 'volumes_from', condition: 'started' }] },
    proxy: { category: null, edges: [{ to: 'vpn', restart: true }] },
    probe: { category: null, edges: [{ to: 'client', source: 'namespace', condition: 'started' }] },
    other: { category: null, needs: ['vpn'] },
  });
  const fingerprints = fingerprintsOf(fleet, { vpn: { inputs: 'inputs-2' } });

  it('are recreated or restarted if it happens, and so are theirs', () => {
    expect(textOf(fleet, { fingerprints })).toMatchInlineSnapshot(`
      "
      Plan: 5 planned, 1 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        inputs-changed: its inputs differ from those of the last completed run
          backup > build > test? > replace? > verify
          stop-first (default; set replace.order to start-first)
            vpn

      Wave 2, low risk: 3 services
        dependent-of: it shares a namespace with vpn
          recreate~ > verify~
            client  stop-first (default; set replace.order to start-first); after vpn
        dependent-of: it shares volumes with vpn
          recreate~ > verify~
            files  stop-first (default; set replace.order to start-first); after vpn
        dependent-of: it has to restart with vpn
          restart~ > verify~
            proxy  stop-first (the same container is restarted); after vpn

      Wave 3, low risk: 1 service
        dependent-of: it shares a namespace with client
          recreate~ > verify~
            probe  stop-first (default; set replace.order to start-first); after
                   client

      ? only if the new image is not the one that runs
      ~ only if what it depends on was replaced

      Untouched: 1 service
        in no category:
          other
      "
    `);
  });

  it('wait for what they depend on and name what they follow', () => {
    const plan = planOf(fleet, { fingerprints });
    expect(needsOf(plan).filter((line) => /^(probe|proxy)/.test(line))).toEqual([
      'proxy:replace <- vpn:verify',
      'proxy:verify <- proxy:replace',
      'probe:replace <- client:replace',
      'probe:verify <- probe:replace',
    ]);
    expect(plan.services.find((s) => s.service === 'probe')?.steps[0]).toMatchObject({
      guard: 'dependency-replaced',
      action: 'recreate',
      follows: ['client'],
    });
  });

  it('are left alone when they do not run or nothing is replaced', () => {
    const observed = observedRunning(fleet, { client: exited('client'), proxy: exited('proxy'), files: exited('files') });
    expect(planOf(fleet, { fingerprints, observed }).services.map((s) => s.service)).toEqual(['vpn']);
    expect(planOf(fleet).services).toEqual([]);
  });

  it('that are built too are recreated when either holds', () => {
    const plan = planOf(fleet, { options: { noCache: true, services: ['vpn', 'client', 'proxy'] } });
    const guards = plan.services.map((s) => [
      s.service,
      s.steps.map((step) => `${step.kind} ${step.guard ?? '-'} ${step.action ?? ''}`.trim()),
    ]);
    expect(Object.fromEntries(guards)).toMatchObject({
      vpn: ['backup -', 'build -', 'test image-differs', 'replace image-differs up', 'verify -'],
      client: ['backup -', 'build -', 'test image-differs', 'replace image-or-dependency recreate', 'verify -'],
      proxy: ['backup -', 'build -', 'test image-differs', 'replace image-or-dependency recreate', 'verify -'],
      probe: ['replace dependency-replaced recreate', 'verify dependency-replaced'],
    });
  });
});
