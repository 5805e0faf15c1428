import { describe, expect, it } from 'vitest';
import { planRebuild } from '../../../src/plan/plan.ts';
import { selectServices } from '../../../src/plan/selection.ts';
import { fingerprintsOf, fleetOf } from '../../support/fleet-builder.ts';
import { inputOf, textOf } from './planning.ts';

const fleet = fleetOf({
  api: { category: 'core' },
  web: { category: 'front' },
  calendar: { category: 'front' },
  proxy: { category: null },
  tools: { category: null, hiddenByProfile: true, compose: { profiles: ['debug'] } },
  nightly: { category: 'core', hiddenByProfile: true, compose: { profiles: ['jobs'] } },
});

function chosen(services: string[], categories: string[]): string[] {
  const result = selectServices(fleet, { services, categories });
  if (!result.ok) throw new Error(result.error.map((d) => d.message).join('\n'));
  return [...result.value.chosen];
}

function problems(services: string[], categories: string[]): string[] {
  const result = selectServices(fleet, { services, categories });
  return result.ok ? [] : result.error.map((d) => `${d.code}: ${d.message}; ${d.remedy}`);
}

describe('selection', () => {
  it('without a word is every service in a category, hidden ones too', () => {
    expect(chosen([], [])).toEqual(['api', 'web', 'calendar', 'nightly']);
  });

  it('is names ∩ categories, both as comma lists', () => {
    expect(chosen(['web,api'], ['front'])).toEqual(['web']);
    expect(chosen([], ['front, core'])).toEqual(['api', 'web', 'calendar', 'nightly']);
  });

  it('takes a service without a category, or a hidden one, when it is named', () => {
    expect(chosen(['proxy', 'tools'], [])).toEqual(['proxy', 'tools']);
  });

  it('answers everything unknown at once, with the nearest name', () => {
    expect(problems(['calender', 'webb'], ['frnt'])).toEqual([
      'unknown-service: there is no service calender in this fleet; did you mean calendar?',
      'unknown-service: there is no service webb in this fleet; did you mean web?',
      'unknown-category: there is no category frnt in this fleet; did you mean front?',
    ]);
  });

  it('refuses an empty result', () => {
    expect(problems(['api'], ['front'])).toEqual([
      'empty-selection: no service matches names api and categories front; names and categories must both match',
    ]);
    expect(problems([','], [])[0]).toContain('empty-selection');
  });

  it('says why a fleet without categories has nothing to select', () => {
    const said = (fleet: ReturnType<typeof fleetOf>) => {
      const selected = selectServices(fleet, { services: [], categories: [] });
      return selected.ok ? [] : selected.error.map((d) => `${d.code}: ${d.message}; ${d.remedy}`);
    };
    expect(said(fleetOf({}))).toEqual(['empty-selection: the Compose files have no services; add services to rebuild']);
    expect(said(fleetOf({ debug: { category: null, hiddenByProfile: true } }))).toEqual([
      'empty-selection: every service is behind a profile; activate one with --profile, or name services',
    ]);
  });

  it('takes a bare name in a fleet of several projects when only one has it', () => {
    const two = fleetOf({ 'core/api': {}, 'core/db': {}, 'edge/api': {} });
    const select = (name: string) => selectServices(two, { services: [name], categories: [] });
    const db = select('db');
    expect(db.ok && [...db.value.chosen]).toEqual(['core/db']);
    const api = select('api');
    expect(api.ok ? [] : api.error.map((d) => `${d.code} ${d.remedy}`)).toEqual([
      'ambiguous-service name one of core/api, edge/api',
    ]);
  });

  it('leaves the rest untouched, each with its reason', () => {
    expect(textOf(fleet)).toMatchInlineSnapshot(`
      "
      Plan: 0 planned, 6 untouched; nothing to do

      Untouched: 6 services
        same inputs, bases and configuration as in the last completed run:
          api, web, calendar, nightly
        in no category:
          proxy
        hidden by profile debug:
          tools
      "
    `);
    expect(textOf(fleet, { options: { categories: ['front'] } })).toMatchInlineSnapshot(`
      "
      Plan: 0 planned, 6 untouched; nothing to do

      Untouched: 6 services
        not selected (--category front):
          api, proxy, tools, nightly
        same inputs, bases and configuration as in the last completed run:
          web, calendar
      "
    `);
    expect(
      textOf(fleet, { options: { services: ['api'] }, fingerprints: fingerprintsOf(fleet, { api: { inputs: 'x' } }) }),
    ).toMatchInlineSnapshot(`
      "
      Plan: 1 planned, 5 untouched, none seen before: no estimate

      Wave 1, low risk: 1 service
        inputs-changed: its inputs differ from those of the last completed run
          backup > build > test? > replace? > verify
          stop-first (default; set replace.order to start-first)
            api

      ? only if the new image is not the one that runs

      Untouched: 5 services
        not named:
          web, calendar, proxy, tools, nightly
      "
    `);
  });

  it('is refused together with the other problems', () => {
    const ring = fleetOf({ a: { needs: ['b'] }, b: { needs: ['a'] } });
    const given = { code: 'missing-env', severity: 'error' as const, message: 'no .env' };
    const result = planRebuild(inputOf(ring, { options: { services: ['c'] }, diagnostics: [given] }));
    expect(result.ok ? [] : result.error.map((d) => d.code)).toEqual(['missing-env', 'unknown-service', 'dependency-cycle']);
  });
});
