import { createHash } from 'node:crypto';
import { canonicalJson } from '../../fleet/fingerprint/canonical.ts';
import type { ComposeModel, ComposeService, Service } from '../../fleet/types.ts';
import { parseDuration } from '../../util/duration.ts';
import type { Check } from './health.ts';

/** What Compose makes a service's containers from, as far as it matters here. */
export interface Definition {
  readonly service: Service;
  /** The project's model that it is a part of. */
  readonly model: ComposeModel;
  /** The tag that is resolved when a container is created. */
  readonly ref: string;
  readonly containerName: string | null;
  readonly scale: number;
  /** Stands for Compose's config-hash: equal for equal definitions. */
  readonly hash: string;
  readonly restart: RestartPolicy;
  readonly check: Check | null;
  readonly graceMs: number;
  /** `port/protocol`. */
  readonly ports: readonly string[];
  /** Paths of anonymous volumes. */
  readonly anonymous: readonly string[];
  /** Networks and named volumes, by their names on the engine. */
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  /** The service whose namespace it shares, by its name in the project. */
  readonly shares: string | null;
  /** The services whose volumes it uses. */
  readonly volumesFrom: readonly string[];
}

interface RestartPolicy {
  readonly name: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  /** Of `on-failure`; 0 = as often as needed. */
  readonly attempts: number;
}

/** Docker's own defaults (docs.docker.com, Dockerfile HEALTHCHECK). */
const CHECK = { intervalMs: 30_000, startIntervalMs: 5000, startPeriodMs: 0, retries: 3 };

/** Left out of Compose's hash (compose `pkg/compose/hash.go`); `env_file` is resolved before. */
const NOT_HASHED = ['build', 'pull_policy', 'scale', 'depends_on', 'profiles', 'env_file'];

/** A service's last definition: the same model is asked for it several times in a run. */
const LAST = new WeakMap<Service, Definition>();

/** A service as the model defines it; what a model leaves out because it is a mere sketch is taken from the service itself. */
export function definitionOf(service: Service, model: ComposeModel): Definition {
  const last = LAST.get(service);
  if (last?.model === model) return last;
  const definition = makeDefinition(service, model);
  LAST.set(service, definition);
  return definition;
}

function makeDefinition(service: Service, model: ComposeModel): Definition {
  const compose = model.services[service.name] ?? service.compose;
  // What Compose renders always says one of the two.
  const sketched = compose.image === undefined && compose.build === undefined;
  return {
    service,
    model,
    ref: wholeRef(compose.image ?? service.image),
    containerName: compose.container_name ?? null,
    scale: sketched ? service.scale : (compose.scale ?? compose.deploy?.replicas ?? 1),
    hash: hashOf(service, compose, sketched),
    restart: restartPolicy(compose),
    check: sketched ? sketchedCheck(service) : checkOf(compose),
    graceMs: sketched ? service.stopGraceMs : (durationMs(compose.stop_grace_period) ?? 10_000),
    ports: sketched ? service.published.map(({ port, protocol }) => `${port}/${protocol}`) : portsOf(compose),
    anonymous: sketched ? service.anonymousVolumes : anonymousOf(compose),
    ...namesOf(compose, model),
    shares: sharedService(compose),
    volumesFrom: (compose.volumes_from ?? []).filter((from) => !from.startsWith('container:')).map((from) => from.split(':')[0]!),
  };
}

/** A reference with its tag. */
export function wholeRef(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1).includes(':') || ref.includes('@') ? ref : `${ref}:latest`;
}

function hashOf(service: Service, compose: ComposeService, sketched: boolean): string {
  const kept = Object.fromEntries(Object.entries(compose).filter(([key]) => !NOT_HASHED.includes(key)));
  const own = sketched ? [service.image, service.healthcheck, service.published, service.anonymousVolumes] : [];
  return createHash('sha256')
    .update(canonicalJson([kept, own]))
    .digest('hex');
}

function restartPolicy(compose: ComposeService): RestartPolicy {
  const [name = 'no', attempts = '0'] = (compose.restart ?? 'no').split(':');
  return { name: name as RestartPolicy['name'], attempts: Number(attempts) };
}

function checkOf({ healthcheck }: ComposeService): Check | null {
  if (!healthcheck || healthcheck.disable === true || healthcheck.test?.[0] === 'NONE') return null;
  return {
    intervalMs: durationMs(healthcheck.interval) || CHECK.intervalMs,
    startIntervalMs: durationMs(healthcheck.start_interval) || CHECK.startIntervalMs,
    startPeriodMs: durationMs(healthcheck.start_period) ?? CHECK.startPeriodMs,
    retries: healthcheck.retries || CHECK.retries,
  };
}

function sketchedCheck({ healthcheck }: Service): Check | null {
  return healthcheck && { startIntervalMs: CHECK.startIntervalMs, ...healthcheck };
}

function portsOf({ ports = [] }: ComposeService): string[] {
  const fixed = ports.filter(({ published }) => Number(published) > 0);
  return fixed.map(({ published, protocol = 'tcp' }) => `${published}/${protocol}`);
}

function anonymousOf({ volumes = [] }: ComposeService): string[] {
  return volumes.filter(({ type, source }) => type === 'volume' && !source).map(({ target }) => target);
}

/** A rendered model names each network and volume of a service, and at the top says what it is called on the engine. */
function namesOf(compose: ComposeService, model: ComposeModel): Pick<Definition, 'networks' | 'volumes'> {
  const networks = Object.keys((compose.networks as Readonly<Record<string, unknown>> | undefined) ?? {});
  const volumes = (compose.volumes ?? []).filter(({ type, source }) => type === 'volume' && source);
  return {
    networks: networks.map((name) => model.networks?.[name]?.name ?? `${model.name}_${name}`),
    volumes: volumes.map(({ source }) => model.volumes?.[source!]?.name ?? `${model.name}_${source}`),
  };
}

function sharedService({ network_mode, pid, ipc }: ComposeService): string | null {
  const shared = [network_mode, pid, ipc].find((mode) => mode?.startsWith('service:'));
  return shared === undefined ? null : shared.slice('service:'.length);
}

function durationMs(text: string | undefined): number | null {
  return text === undefined ? null : parseDuration(text);
}
