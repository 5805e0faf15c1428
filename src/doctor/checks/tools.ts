import type { EngineFacts } from '../../docker/port.ts';
import type { Service } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { knownFaults } from '../known-versions.ts';
import type { DoctorCheck } from '../types.ts';
import { isOlder } from '../versions.ts';

/** The oldest engine that the contract names; it is the first whose default builder may be BuildKit (product contract, `doctor`). */
const OLDEST_ENGINE = '20.10.0';
/** From it on the engine knows `start_interval`; Compose refuses to make such a container on an older one (docker/compose#11360). */
const START_INTERVAL_ENGINE = '25.0.0';
/** Compose writes `build.extra_hosts` into the bake file, which older ones do not read (docker/buildx#3234). */
const EXTRA_HOSTS_BUILDX = '0.25.0';

/** Docker, Compose and buildx: there, answering, able to do what is asked of them, and not known to be bad. */
export const checkTools: DoctorCheck = {
  name: 'tools',
  title: 'Docker, Compose, buildx',
  rebuild: 'stops',
  needs: 'nothing',
  run: async ({ facts, selected }) => {
    if (facts.ok) return { seen: versions(facts.value), findings: findings(facts.value, selected) };
    const { code, message, remedy } = facts.error;
    return { seen: 'cannot be used', findings: [{ code, severity: 'error', message, remedy }] };
  },
};

function versions({ docker, compose, buildx }: EngineFacts): string {
  return `${docker}, ${compose}, ${buildx}`;
}

function findings(facts: EngineFacts, services: readonly Service[]): Diagnostic[] {
  return [
    ...oldEngine(facts),
    ...withoutStartInterval(facts, services),
    ...withoutExtraHosts(facts, services),
    ...knownFaults(facts).map(
      ({ name, version, what, fixedIn, source }): Diagnostic => ({
        code: 'known-bad-version',
        severity: 'warning',
        message: `${name} ${version} has a known fault: ${what}`,
        evidence: source,
        remedy: `install ${name} ${fixedIn} or newer`,
      }),
    ),
  ];
}

function oldEngine({ docker }: EngineFacts): Diagnostic[] {
  if (!isOlder(docker, OLDEST_ENGINE)) return [];
  const message = `Docker Engine ${docker} is older than 20.10, the oldest that Slipway works with`;
  return [{ code: 'engine-too-old', severity: 'error', message, remedy: 'install Docker Engine 20.10 or newer' }];
}

function withoutStartInterval({ docker }: EngineFacts, services: readonly Service[]): Diagnostic[] {
  if (!isOlder(docker, START_INTERVAL_ENGINE)) return [];
  const using = services.filter(({ compose }) => compose.healthcheck?.start_interval !== undefined);
  return using.map(({ key, place }) => ({
    code: 'start-interval-unknown',
    severity: 'error',
    service: key,
    message: `The health check of ${key} has a start_interval, and Compose makes no such container on Docker Engine ${docker}`,
    ...place,
    remedy: 'install Docker Engine 25 or newer, or take start_interval out of the Compose file',
  }));
}

function withoutExtraHosts({ buildx }: EngineFacts, services: readonly Service[]): Diagnostic[] {
  if (!isOlder(buildx, EXTRA_HOSTS_BUILDX)) return [];
  const using = services.filter(({ build }) => build !== null && isFilled(build.extra_hosts));
  return using.map(({ key, place }) => ({
    code: 'extra-hosts-unknown',
    severity: 'warning',
    service: key,
    message: `The build of ${key} has extra_hosts, which buildx ${buildx} does not take from a bake file`,
    ...place,
    remedy: 'install buildx 0.25 or newer',
  }));
}

function isFilled(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
