import { expect, test } from 'vitest';
import { createRedactor } from '../../../src/journal/redact.ts';
import type { ObservedContainer } from '../../../src/plan/types.ts';
import { upCheck } from '../../../src/validate/checks/up.ts';
import type { Looked, ValidateContext } from '../../../src/validate/types.ts';
import { containerOf, fleetOf } from '../../support/fleet-builder.ts';

/** What the check says of one service with this container: states that an engine does not show at will. */
async function lookAt(given: Partial<ObservedContainer>, kind: 'service' | 'one-shot' = 'service'): Promise<Looked> {
  const fleet = fleetOf({ api: { kind } });
  const services = fleet.services;
  const context: Partial<ValidateContext> = {
    fleet,
    services,
    expected: new Map(),
    recorded: new Map(services.map((service) => [service.key, service])),
    observed: { services: { api: { containers: [containerOf('api', given)], tagImage: null } }, networks: [], volumes: [] },
    redactor: createRedactor([]),
  };
  return (await upCheck.run(context as ValidateContext)) as Looked;
}

const codesOf = ({ findings }: Looked) => findings.map(({ code }) => code);

test.each(['dead', 'removing'] as const)('a container that is %s is said, with what the engine says', async (state) => {
  const looked = await lookAt({ state, error: 'device or resource busy' });
  expect(codesOf(looked)).toEqual(['container-dead']);
  expect(looked.findings[0]).toMatchObject({ severity: 'error', service: 'api', evidence: 'device or resource busy' });
  expect(looked.seen).toBe('0 of 1 up');
});

test('a service that ended with code 0 is not up, and one that the kernel killed says why', async () => {
  expect(codesOf(await lookAt({ state: 'exited', exitCode: 0 }))).toEqual(['not-running']);
  const killed = await lookAt({ state: 'exited', exitCode: 137, oomKilled: true, finishedAt: '2026-02-04T14:00:00.000Z' });
  expect(killed.findings[0]?.message).toBe('api-1 ended with code 137, killed for want of memory at 2026-02-04 14:00:00 UTC');
});

test('an unhealthy word of before the present start says nothing about it', async () => {
  const log = [{ at: '2026-02-04T13:00:00.000Z', exitCode: 1, output: 'down' }];
  const health = { health: 'unhealthy', healthLog: log } as const;
  expect(codesOf(await lookAt({ ...health, startedAt: '2026-02-04T14:00:00.000Z' }))).toEqual(['health-starting']);
  expect(codesOf(await lookAt({ ...health, startedAt: '2026-02-04T12:00:00.000Z' }))).toEqual(['unhealthy']);
});

test('a one-shot is well when it ended with code 0, and only then', async () => {
  expect(codesOf(await lookAt({ state: 'exited', exitCode: 0 }, 'one-shot'))).toEqual([]);
  expect(codesOf(await lookAt({ state: 'exited', exitCode: 2 }, 'one-shot'))).toEqual(['one-shot-failed']);
  expect(codesOf(await lookAt({ state: 'running' }, 'one-shot'))).toEqual(['one-shot-running']);
});
