import { describe, expect, it } from 'vitest';
import { containerOf, fingerprintsOf, fleetOf, observedRunning } from '../../support/fleet-builder.ts';
import { planOf } from './planning.ts';

const fleet = fleetOf({
  vpn: {},
  client: { edges: [{ to: 'vpn', source: 'namespace', condition: 'started' }] },
  proxy: { edges: [{ to: 'vpn', restart: true }] },
  other: { edges: [{ to: 'vpn' }] },
});
const LATER = '2026-02-01T10:00:00.000Z';

const steps = (plan: ReturnType<typeof planOf>) =>
  plan.services.map((s) => [
    s.service,
    s.steps.map(({ kind, guard, action }) => [kind, guard, action].filter(Boolean).join(' ')),
  ]);

describe('a crash between a replacement and those that have to follow it', () => {
  const observed = observedRunning(fleet, {
    vpn: { containers: [containerOf('vpn', { createdAt: LATER, startedAt: LATER })] },
  });

  it('leaves them behind, which shows on the engine: a sharer was made before it, another was started before it', () => {
    expect(steps(planOf(fleet, { observed }))).toEqual([
      ['client', ['replace recreate', 'verify']],
      ['proxy', ['replace restart', 'verify']],
    ]);
  });

  it('counts when only what was replaced is selected, and not when neither is', () => {
    const plannedFor = (name: string) =>
      planOf(fleet, { observed, options: { services: [name] } }).services.map((s) => s.service);
    expect([plannedFor('vpn'), plannedFor('client'), plannedFor('other')]).toEqual([['client', 'proxy'], ['client'], []]);
  });

  it('counts in the run that goes on, whatever was completed in it', () => {
    const resume = {
      settled: new Set(['vpn', 'client']),
      built: new Map(),
      tested: new Map(),
      backedUp: new Set<string>(),
      replaced: new Map(),
    };
    expect(planOf(fleet, { observed, resume }).services.map((s) => s.service)).toEqual(['client', 'proxy']);
  });

  it('is over once they have followed; a restart is enough where nothing is shared', () => {
    const followed = observedRunning(fleet, {
      vpn: { containers: [containerOf('vpn', { createdAt: LATER, startedAt: LATER })] },
      client: { containers: [containerOf('client', { createdAt: LATER, startedAt: LATER })] },
      proxy: { containers: [containerOf('proxy', { startedAt: LATER })] },
    });
    expect(planOf(fleet, { observed: followed }).services).toEqual([]);
  });

  it('has them follow whether it is replaced once more or not', () => {
    const fingerprints = fingerprintsOf(fleet, { vpn: { inputs: 'inputs-2' } });
    expect(steps(planOf(fleet, { observed, fingerprints })).slice(1)).toEqual([
      ['client', ['replace recreate', 'verify']],
      ['proxy', ['replace restart', 'verify']],
    ]);
  });
});
