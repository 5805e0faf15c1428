import { expect, test } from 'vitest';
import { NO_OPTIONS } from '../../../../src/plan/options.ts';
import type { Cause, Plan, PlannedService, PlanStep } from '../../../../src/plan/types.ts';
import { ServiceRun } from '../../../../src/run/executor/board.ts';
import { endOf, madeFrom } from '../../../../src/run/executor/ends.ts';
import { fingerprintsOf, fleetOf, imageId, observedRunning, recordsOf } from '../../../support/fleet-builder.ts';
import { planOf } from '../../plan/planning.ts';

const fleet = fleetOf({ vpn: {}, client: { edges: [{ to: 'vpn', source: 'namespace', condition: 'started' }] } });

/** `client` planned because of another, with these steps. */
function planned(cause: Cause['code'], steps: readonly Partial<PlanStep>[]): { plan: Plan; service: PlannedService } {
  const plan = planOf(fleet, { options: { force: true }, observed: observedRunning(fleet) });
  const some = plan.services.find((s) => s.service === 'client')!;
  const made = steps.map(
    (step) => ({ id: `client:${step.kind}`, needs: [], cause: { code: cause, text: '' }, ...step }) as PlanStep,
  );
  return { plan, service: { ...some, cause: { code: cause, text: '' }, steps: made } };
}

const REPLACE = { kind: 'replace', action: 'recreate', image: imageId('client') } as const;

function runOf(service: PlannedService): ServiceRun {
  const client = fleet.services[1]!;
  return new ServiceRun({
    planned: service,
    service: client,
    project: fleet.projects[0]!,
    tested: 'passed',
    fingerprint: null,
    replaced: null,
  });
}

function made(service: PlannedService, plan: Plan, record: Parameters<typeof recordsOf>[1]) {
  const fingerprints = fingerprintsOf(fleet, { client: { inputs: 'inputs-2', config: 'config-2' } });
  const none = { replaced: new Map(), tested: new Map(), failureLimit: null };
  return madeFrom(service, plan, { ...none, fingerprints, records: recordsOf(fleet, record) });
}

test('what was only made anew because of another is made from what it was built from, not from the files of now', () => {
  const { plan, service } = planned('dependent-of', [REPLACE]);
  expect(made(service, plan, {})).toMatchObject({ inputs: 'inputs-1', config: 'config-2' });
  expect(made(service, plan, { client: { status: 'failed' } })).toMatchObject({ inputs: null });
  expect(made(service, plan, { client: null })).toMatchObject({ inputs: null });
  // A restart, and a configuration that a release had, change none.
  expect(made(planned('dependent-of', [{ ...REPLACE, action: 'restart' }]).service, plan, {})).toMatchObject({
    config: 'config-1',
  });
  expect(made(planned('dependent-of', [{ ...REPLACE, release: 'r' }]).service, plan, {})).toMatchObject({ config: 'config-1' });
});

test('what was built is made from the files of now, in this part of the run or in one before', () => {
  const { plan, service } = planned('dependent-of', [{ kind: 'build' }, { kind: 'replace' }]);
  expect(made(service, plan, {})).toMatchObject({ inputs: 'inputs-2' });
  const built = planned('dependent-of', [{ ...REPLACE, image: imageId('new') }]);
  expect(made(built.service, plan, {})).toMatchObject({ inputs: 'inputs-2' });
  expect(made(planned('inputs-changed', [REPLACE]).service, plan, {})).toMatchObject({ inputs: 'inputs-2' });
});

test('a service ends completed; the targets of a rollback, and what was rolled back and only made anew, end rolled back', () => {
  const ends = (service: PlannedService, record: Parameters<typeof recordsOf>[1] = {}, options = NO_OPTIONS) =>
    endOf(runOf(service), { run: 'this', options, records: recordsOf(fleet, record) });
  const back = { client: { status: 'rolled-back' as const } };
  const beside = planned('dependent-of', [REPLACE]).service;
  expect(ends(beside)).toBe('completed');
  expect(ends(beside, back)).toBe('rolled-back');
  // What this run took back before it was continued is what it was before the run.
  expect(ends(beside, { client: { ...back.client, run: 'this' } })).toBe('completed');
  expect(ends(planned('rolled-back', [{ kind: 'build' }, { kind: 'replace' }]).service, back)).toBe('completed');
  const rollback = { to: null, all: true, targets: { client: 'r' } };
  expect(ends(planned('rolled-back', [{ kind: 'verify' }]).service, {}, { ...NO_OPTIONS, rollback })).toBe('rolled-back');
});
