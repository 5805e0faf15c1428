import { FILE_CODES } from './file-codes.ts';
import type { FindingKind } from './types.ts';

/** Every finding of doctor by its stable code; `docs/doctor.md` has them with their remedies, and a test compares the two. */
export const DOCTOR_CODES: Readonly<Record<string, FindingKind>> = {
  'no-engine': { severity: 'error', means: 'no Docker engine answers' },
  'no-permission': { severity: 'error', means: 'the engine does not let this user in' },
  'not-installed': { severity: 'error', means: 'docker, Compose or buildx is missing or does not run' },
  'too-old': { severity: 'error', means: 'Compose or buildx cannot do what Slipway asks of it' },
  'engine-error': { severity: 'error', means: 'the engine or a tool answered with an error' },
  'engine-too-old': { severity: 'error', means: 'the engine is older than Docker 20.10' },
  'known-bad-version': { severity: 'warning', means: 'a version here has a known fault that a rebuild can meet' },
  'start-interval-unknown': { severity: 'error', means: 'a health check has a start_interval, and the engine is older than 25' },
  'extra-hosts-unknown': { severity: 'warning', means: 'a build has extra_hosts, and buildx is older than 0.25' },
  'builder-missing': { severity: 'error', means: 'buildx does not have the builder of buildkit.builder' },
  'buildkit-switched-off': { severity: 'info', means: 'this shell switches BuildKit off for builds by hand' },
  'buildkit-not-default': { severity: 'info', means: "BuildKit is not the engine's default builder" },
  'env-buildkit-not-sourced': { severity: 'info', means: '.env.buildkit is there and not sourced' },
  'disk-space-short': {
    severity: 'error',
    means: 'less space is free than images and a demanded backup take, or than doctor.free_space',
  },
  'disk-space-low': { severity: 'warning', means: 'less than 10 GB is free where images live, and nothing says what is enough' },
  'memory-short': { severity: 'warning', means: 'tests that run at once may use more memory than the machine has' },
  'memory-tight': { severity: 'info', means: 'tests that run at once may use more memory than is available now' },
  'host-port-clash': { severity: 'error', means: 'services of the fleet publish the same host port' },
  'host-port-scaled': { severity: 'error', means: 'a service of several containers publishes one host port' },
  'host-port-taken': { severity: 'error', means: 'a program, or a container of no service of the fleet, has the host port' },
  'host-port-still-held': {
    severity: 'warning',
    means: "another service's container has the host port, which that service no longer publishes",
  },
  'host-port-range-full': { severity: 'error', means: 'too few ports of a range are free' },
  'health-tool-missing': { severity: 'warning', means: 'a health check calls a program that the image does not have' },
  'health-shell-missing': { severity: 'warning', means: 'a health check is a line of shell, and the image has no shell' },
  'start-first-impossible': { severity: 'warning', means: 'start-first was asked for and is not possible' },
  'preflight-impossible': { severity: 'warning', means: 'a preflight was asked for and is not possible' },
  'two-builds-one-tag': { severity: 'warning', means: 'services are built differently to one tag' },
  'two-services-one-tag': { severity: 'info', means: 'services run one tag, and are built and replaced as one' },
  'tag-used-elsewhere': { severity: 'warning', means: "a tag that a rebuild moves is run by another project's container" },
  ...FILE_CODES,
};
