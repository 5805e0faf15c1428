import type { Fault } from '../../src/docker/simulated/faults.ts';
import type { HostOptions, Standing } from '../../src/docker/simulated/host-types.ts';
import type { ComposeService, Fleet, RollbackTrigger, Settings } from '../../src/fleet/types.ts';
import type { ServiceKey } from '../../src/model/ids.ts';
import type { ServiceStatus } from '../../src/model/status.ts';
import { fleetOf, type ServiceSketch } from './fleet-builder.ts';
import { reconfigured } from './simulated-fleet.ts';
import { SimulatedMachine } from './simulated-machine.ts';
import { QUIET, type Start } from './simulated-story.ts';

/** How the new version of the service `bad` fails. */
export const FAILURES = [
  'build',
  'test',
  'refused',
  'never starts',
  'crash loop',
  'exits',
  'unhealthy',
  'too slow',
  'falls in the soak',
] as const;
type FailureKind = (typeof FAILURES)[number];

/** What decides whether it goes back. */
export const POLICIES = ['critical', 'ordinary', 'rollback asked for', 'triggers off'] as const;
type Policy = (typeof POLICIES)[number];

export const SCOPES = ['service', 'wave', 'run'] as const;
type Scope = (typeof SCOPES)[number];

/** One cell of the matrix. */
export interface Cell {
  readonly failure: FailureKind;
  readonly policy: Policy;
  readonly scope: Scope;
}

/** Every service of the fleet that the matrix is played on; each gets another image and another configuration. */
export const SERVICES = ['calm', 'mate', 'bad', 'onbad', 'late'] as const;
type Name = (typeof SERVICES)[number];

const CHECK = { intervalMs: 1000, startPeriodMs: 0, retries: 3 };
const HEALTH_CHECK = { test: ['CMD', 'check'], interval: '1s', retries: 3 };

/**
 * `calm` (low risk) is in place first; `mate` and `bad` are of one wave, and `bad` is the last of it to come up; `onbad` depends on it; `late` is of
 * the highest risk, so it waits for all of them.
 */
function policyFleet({ failure, policy }: Pick<Cell, 'failure' | 'policy'>, settings: Partial<Settings> = {}): Fleet {
  const triggers: readonly RollbackTrigger[] = ['build_failure', 'test_failure_critical', 'health_check_failure_critical'];
  const bare = fleetOf({}).settings;
  const fleet = fleetOf(
    {
      calm: plain('calm', {}),
      mate: plain('mate', { risk: 'medium' }),
      bad: { ...badService(failure), risk: 'medium', critical: policy === 'critical' || policy === 'triggers off' },
      onbad: plain('onbad', { risk: 'medium', needs: ['bad'] }),
      late: plain('late', { risk: 'high' }),
    },
    { rollback: { ...bare.rollback, triggers: policy === 'triggers off' ? [] : triggers }, ...settings },
  );
  return reconfigured(fleet, [], '');
}

/** The fleet, once everything in it was changed, and the trouble that the cell is about. */
export function policyMachine(cell: Cell, settings: Partial<Settings> = {}): SimulatedMachine {
  return machineOf(policyFleet(cell, settings));
}

/** A machine on which a whole fleet runs; the service `bad` takes longest to build. */
export function machineOf(fleet: Fleet, durations: NonNullable<HostOptions['durations']> = slowBad): SimulatedMachine {
  const running = fleet.services.map((s) => s.key);
  return new SimulatedMachine({ seed: 1, fleet, jitter: 0, engineAheadMs: 250, running, durations });
}

/** The rebuild of everything in which `bad` fails. */
export function policyStart({ failure, policy, scope }: Cell): Start {
  return {
    ...QUIET,
    edits: SERVICES,
    reconfigures: SERVICES,
    faults: [faultOf(failure)],
    options: { batchSize: 'all', rollbackOnFail: policy === 'rollback asked for', rollbackScope: scope },
  };
}

/** What becomes of a service. */
export interface Fate {
  readonly status: ServiceStatus;
  /** Whose image, configuration and live tag it has then. */
  readonly runs: 'old' | 'new';
}

/** What the contract says (product contract, sections 1 and 4): written down on its own, not asked of the code. */
export function fatesOf({ failure, policy, scope }: Cell): Readonly<Record<Name, Fate>> {
  const inPlace = failure !== 'build' && failure !== 'test' && failure !== 'refused';
  // What Compose refuses is neither a build, a test nor a health failure: only --rollback-on-fail means it too.
  const goesBack = policy === 'rollback asked for' || (policy === 'critical' && failure !== 'refused');
  const back = (when: boolean): Fate => (when ? { status: 'rolled-back', runs: 'old' } : { status: 'completed', runs: 'new' });
  // Then nothing new is begun, so nobody has to be skipped.
  const ended = goesBack && scope === 'run';
  return {
    calm: back(ended),
    mate: back(goesBack && scope !== 'service'),
    bad: inPlace
      ? goesBack
        ? { status: 'rolled-back', runs: 'old' }
        : { status: 'failed', runs: 'new' }
      : { status: 'failed', runs: 'old' },
    // It was put on what fell, so it goes back with it even where that stays.
    onbad:
      failure === 'falls in the soak'
        ? { status: 'rolled-back', runs: 'old' }
        : { status: ended ? 'pending' : 'skipped', runs: 'old' },
    late: ended ? { status: 'pending', runs: 'old' } : { status: 'completed', runs: 'new' },
  };
}

/** What a service runs at last, compared with what it ran before: the container, its configuration and the tag must agree. */
export function whatRuns(before: Standing, after: Standing): 'old' | 'new' | 'mixed' {
  const [then, now] = [before.containers[0]!, after.containers[0]];
  if (!now || after.containers.length !== 1 || now.temporary || after.tagImage !== now.image) return 'mixed';
  const isOld = [now.image === then.image, now.configHash === then.configHash];
  if (isOld.every(Boolean)) return 'old';
  return isOld.some(Boolean) ? 'mixed' : 'new';
}

/** The statuses of the phase's state file, by service. */
export async function statusesOf({ disk }: SimulatedMachine): Promise<Readonly<Record<ServiceKey, ServiceStatus>>> {
  const { services } = JSON.parse((await disk.read('/fleet/.rebuild_state_phase1.json')).toString());
  return Object.fromEntries(Object.entries<{ status: ServiceStatus }>(services).map(([key, { status }]) => [key, status]));
}

function plain(name: string, more: ServiceSketch): ServiceSketch {
  return { healthcheck: CHECK, compose: composeOf(name, { healthcheck: HEALTH_CHECK }), ...more };
}

/** What Docker can see of a failure depends on how the service is configured. */
function badService(failure: FailureKind): ServiceSketch {
  switch (failure) {
    case 'crash loop':
      return { healthcheck: CHECK, compose: composeOf('bad', { restart: 'always', healthcheck: HEALTH_CHECK }) };
    case 'exits':
      return { compose: composeOf('bad', { restart: 'no' }) };
    case 'too slow':
      return { probe: { kind: 'http', host: '127.0.0.1', port: 20_001, path: '/health' }, compose: composeOf('bad', {}) };
    default:
      return { healthcheck: CHECK, compose: composeOf('bad', { healthcheck: HEALTH_CHECK }) };
  }
}

function composeOf(name: string, more: Partial<ComposeService>): ComposeService {
  const build = { context: `/fleet/${name}`, dockerfile: 'Dockerfile' };
  return { image: `${name}:latest`, build, restart: 'unless-stopped', networks: { default: null }, ...more };
}

function faultOf(failure: FailureKind): Fault {
  const behaves = (behaviour: Extract<Fault, { fault: 'behaviour' }>['behaviour']): Fault => {
    return { fault: 'behaviour', service: 'bad', of: 'new', behaviour };
  };
  switch (failure) {
    case 'build':
      return { fault: 'build', service: 'bad', how: 'fails', times: null };
    case 'test':
      return { fault: 'test', service: 'bad', how: 'fails', times: null };
    case 'refused':
      return behaves({ kind: 'never-created', message: 'invalid mount config for type "bind": bind source path does not exist' });
    case 'never starts':
      return behaves({ kind: 'never-started', message: 'exec: "/serve": permission denied' });
    case 'crash loop':
      return behaves({ kind: 'exits', afterMs: 200, exitCode: 9, times: null });
    case 'exits':
      return behaves({ kind: 'exits', afterMs: 1500, exitCode: 3, times: null });
    case 'unhealthy':
      return behaves({ kind: 'unhealthy' });
    case 'too slow':
      return behaves({ kind: 'healthy', afterMs: 10 * 60_000 });
    case 'falls in the soak':
      // Late enough for `onbad` to have been put on it.
      return behaves({ kind: 'falls', afterMs: 500, fallsAfterMs: 1500, how: 'unhealthy' });
  }
}

const slowBad: NonNullable<HostOptions['durations']> = (service) => ({ buildMs: service === 'bad' ? 60_000 : 5000 });
