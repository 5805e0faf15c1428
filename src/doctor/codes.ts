import { FILE_CODES } from './file-codes.ts';
import type { FindingKind } from './types.ts';

/** Every finding of doctor by its stable code; `docs/doctor.md` has them with their remedies, and a test compares the two. */
export const DOCTOR_CODES: Readonly<Record<string, FindingKind>> = {
  'no-engine': {
    severity: 'error',
    means: 'no Docker engine answers',
    remedy: 'Start Docker, or set `DOCKER_HOST` or the docker context to an engine that runs.',
  },
  'no-permission': {
    severity: 'error',
    means: 'the engine does not let this user in',
    remedy: 'Add your user to the group `docker` and log in again.',
  },
  'not-installed': {
    severity: 'error',
    means: 'docker, Compose or buildx is missing or does not run',
    remedy: 'Install Docker Engine with Compose 2.35 or newer and buildx 0.17 or newer.',
  },
  'too-old': {
    severity: 'error',
    means: 'Compose or buildx cannot do what Slipway asks of it',
    remedy: 'Install Compose 2.35 or newer and buildx 0.17 or newer.',
  },
  'engine-error': {
    severity: 'error',
    means: 'the engine or a tool answered with an error',
    remedy: 'Run it again; the engine’s own log says more.',
  },
  'engine-too-old': {
    severity: 'error',
    means: 'the engine is older than Docker 20.10',
    remedy: 'Install Docker Engine 20.10 or newer.',
  },
  'known-bad-version': {
    severity: 'warning',
    means: 'a version here has a known fault that a rebuild can meet',
    remedy: 'Install the version that is named, or a newer one.',
  },
  'start-interval-unknown': {
    severity: 'error',
    means: 'a health check has a start_interval, and the engine is older than 25',
    remedy: 'Install Docker Engine 25 or newer, or take `start_interval` out of the Compose file.',
  },
  'extra-hosts-unknown': {
    severity: 'warning',
    means: 'a build has extra_hosts, and buildx is older than 0.25',
    remedy: 'Install buildx 0.25 or newer.',
  },
  'builder-missing': {
    severity: 'error',
    means: 'buildx does not have the builder of buildkit.builder',
    remedy: '`docker buildx create --name NAME`, or set `buildkit.builder` to `default`.',
  },
  'buildkit-switched-off': {
    severity: 'info',
    means: 'this shell switches BuildKit off for builds by hand',
    remedy: 'Unset the variable; Slipway builds with BuildKit all the same.',
  },
  'buildkit-not-default': {
    severity: 'info',
    means: "BuildKit is not the engine's default builder",
    remedy: 'Set `"features": { "buildkit": true }` in the engine’s `daemon.json`; Slipway does not need it.',
  },
  'env-buildkit-not-sourced': {
    severity: 'info',
    means: '.env.buildkit is there and not sourced',
    remedy: '`source .env.buildkit` before builds by hand; Slipway does not need it.',
  },
  'disk-space-short': {
    severity: 'error',
    means: 'less space is free than images and a demanded backup take, or than doctor.free_space',
    remedy: 'Free some space (`docker system df`, `slipway clean`), or say in `doctor.free_space` what is enough.',
  },
  'disk-space-low': {
    severity: 'warning',
    means: 'less than 10 GB is free where images live, and nothing says what is enough',
    remedy: 'Free some space, or say in `doctor.free_space` what is enough.',
  },
  'memory-short': {
    severity: 'warning',
    means: 'tests that run at once may use more memory than the machine has',
    remedy: 'Lower `batch.size` or `resources.memory_limit`.',
  },
  'memory-tight': {
    severity: 'info',
    means: 'tests that run at once may use more memory than is available now',
    remedy: 'Lower `batch.size` or `resources.memory_limit`, or end what needs the memory.',
  },
  'host-port-clash': {
    severity: 'error',
    means: 'services of the fleet publish the same host port',
    remedy: 'Give each service its own host port in the Compose files.',
  },
  'host-port-scaled': {
    severity: 'error',
    means: 'a service of several containers publishes one host port',
    remedy: 'Publish a range of host ports, or none.',
  },
  'host-port-taken': {
    severity: 'error',
    means: 'a program, or a container of no service of the fleet, has the host port',
    remedy: 'End what has the port, or publish another one.',
  },
  'host-port-still-held': {
    severity: 'warning',
    means: "another service's container has the host port, which that service no longer publishes",
    remedy: 'Rebuild the service that has it first.',
  },
  'host-port-range-full': {
    severity: 'error',
    means: 'too few ports of a range are free',
    remedy: 'End what has the ports, or publish a larger range.',
  },
  'health-tool-missing': {
    severity: 'warning',
    means: 'a health check calls a program that the image does not have',
    remedy: 'Install the program in the image, or write the check with one that is there.',
  },
  'health-shell-missing': {
    severity: 'warning',
    means: 'a health check is a line of shell, and the image has no shell',
    remedy: 'Write the check as `["CMD", program, …]`.',
  },
  'start-first-impossible': {
    severity: 'warning',
    means: 'start-first was asked for and is not possible',
    remedy: 'Take away what stands in the way, or set `replace.order` to `stop-first`.',
  },
  'preflight-impossible': {
    severity: 'warning',
    means: 'a preflight was asked for and is not possible',
    remedy: 'Take away what stands in the way, or set `replace.preflight` to `false`.',
  },
  'two-builds-one-tag': {
    severity: 'warning',
    means: 'services are built differently to one tag',
    remedy: 'Give each service its own `image`.',
  },
  'two-services-one-tag': {
    severity: 'info',
    means: 'services run one tag, and are built and replaced as one',
    remedy: 'Nothing, if that is meant.',
  },
  'tag-used-elsewhere': {
    severity: 'warning',
    means: "a tag that a rebuild moves is run by another project's container",
    remedy: 'Give the service its own `image`.',
  },
  ...FILE_CODES,
};
