import { describe, expect, it } from 'vitest';
import { comparePlans } from '../../../src/plan/diff.ts';
import { planFromJson, planId, planToJson } from '../../../src/plan/document.ts';
import { NO_OPTIONS } from '../../../src/plan/options.ts';
import { containerOf, fingerprintsOf, fleetOf, imageId, observedRunning, recordsOf } from '../../support/fleet-builder.ts';
import { planOf, type Scenario } from './planning.ts';

const fleet = fleetOf({ db: { category: null, build: null, command: null }, web: { needs: ['db'] }, api: {} });
const changed: Scenario = { fingerprints: fingerprintsOf(fleet, { web: { inputs: 'inputs-2' } }) };
const refusal = (text: string) => {
  const read = planFromJson(text);
  return read.ok ? null : `${read.error.code}: ${read.error.message}`;
};

describe('the plan document', () => {
  it('has its keys in the order of the contract and ends with a newline', () => {
    const text = planToJson(planOf(fleet, changed));
    expect(Object.keys(JSON.parse(text))).toEqual([
      'version',
      'plan',
      'phase',
      'options',
      'observed',
      'services',
      'untouched',
      'diagnostics',
    ]);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('has an id of all that it does and rests on, without its diagnostics', () => {
    const plan = planOf(fleet, changed);
    expect(plan.plan).toMatch(/^[0-9a-f]{16}$/);
    expect(planId({ ...plan, diagnostics: [{ code: 'x', severity: 'info', message: 'x' }] })).toBe(plan.plan);
    expect(planOf(fleet).plan).not.toBe(plan.plan);
    expect(planOf(fleet, { ...changed, options: { batchSize: 3 } }).plan).not.toBe(plan.plan);
  });

  it('has the same id whatever the order in which the options were written', () => {
    const plan = planOf(fleet, changed);
    const reversed = Object.fromEntries(Object.entries(NO_OPTIONS).reverse()) as unknown as typeof NO_OPTIONS;
    expect(planId({ ...plan, options: reversed })).toBe(plan.plan);
  });

  it('refuses what is no plan, of another version, or changed by hand', () => {
    const text = planToJson(planOf(fleet, changed));
    expect(refusal(text)).toBeNull();
    expect(refusal(text.slice(0, -10))).toBe('plan-unreadable: the plan cannot be used: it is not JSON');
    expect(refusal('[]')).toBe('plan-unreadable: the plan cannot be used: it is not a plan document');
    expect(refusal('null')).toBe('plan-unreadable: the plan cannot be used: it is not a plan document');
    expect(refusal(text.replace('"version": 1', '"version": 2'))).toContain('it has version 2, this Slipway reads version 1');
    expect(refusal(text.replace('"stop-first"', '"start-first"'))).toContain('it was changed after it was written');
    expect(refusal('{"version":1,"plan":"x","services":[]}')).toContain('it is not a plan document');
  });
});

describe('what moved since a plan was written', () => {
  const old = planOf(fleet, changed);
  const since = (scenario: Scenario) =>
    comparePlans(old, planOf(fleet, { ...changed, ...scenario })).map((d) => `${d.code}: ${d.message}`);

  it('is nothing when the fleet is as it was', () => {
    expect(since({})).toEqual([]);
  });

  it('is nothing when only forecasts differ', () => {
    expect(since({ records: recordsOf(fleet, { web: { durationsMs: { build: [1000] } } }) })).toEqual([]);
  });

  it('is a container of another image, or of the same one', () => {
    const other = containerOf('web', { image: imageId('other') });
    expect(since({ observed: observedRunning(fleet, { web: { containers: [other] } }) })).toEqual([
      'plan-out-of-date: web: it ran 776562000000 and runs 6f7468657200 now',
    ]);
    const again = containerOf('web', { number: 2 });
    expect(since({ observed: observedRunning(fleet, { web: { containers: [again] } }) })).toEqual([
      'plan-out-of-date: web: its containers were 776562233100 and are 776562233200 now',
    ]);
  });

  it('is a tag, the inputs, the configuration or the last status', () => {
    expect(since({ observed: observedRunning(fleet, { web: { tagImage: imageId('other') } }) })[0]).toContain(
      'its tag pointed to',
    );
    expect(since({ fingerprints: fingerprintsOf(fleet, { web: { inputs: 'inputs-3' } }) })[0]).toContain(
      'its build inputs changed',
    );
    const config = fingerprintsOf(fleet, { web: { inputs: 'inputs-2', config: 'config-2' } });
    expect(since({ fingerprints: config })[0]).toContain('its configuration changed');
    expect(since({ records: recordsOf(fleet, { web: { status: 'failed' } }) })[0]).toContain(
      'it was completed and is failed now',
    );
  });

  it('is a service that would be planned now, or left alone', () => {
    const inputs = fingerprintsOf(fleet, { web: { inputs: 'inputs-2' }, api: { inputs: 'inputs-2' } });
    expect(since({ fingerprints: inputs })).toEqual(['plan-out-of-date: api: its build inputs changed']);
    expect(since({ records: recordsOf(fleet, { api: { tested: 'untested' } }) })).toEqual([
      'plan-out-of-date: api: it was left alone and would be planned now: what runs was put in place without its tests',
    ]);
  });

  it('is a container that stopped, though it is the same', () => {
    const stopped = containerOf('api', { state: 'exited', exitCode: 1 });
    expect(since({ observed: observedRunning(fleet, { api: { containers: [stopped] } }) })).toEqual([
      'plan-out-of-date: api: it was left alone and would be planned now: its container is not running (exited with code 1)',
    ]);
  });

  it('is not a service that the plan does not rest on', () => {
    const unrelated = fleetOf({ web: {}, aside: { category: null } });
    const before = planOf(unrelated);
    const after = planOf(unrelated, { observed: observedRunning(unrelated, { aside: { containers: [] } }) });
    expect(comparePlans(before, after)).toEqual([]);
  });
});
