import type {
  ComposeBuild,
  ComposeService,
  Edge,
  EdgeCondition,
  Fleet,
  Probe,
  Project,
  Risk,
  Service,
  Settings,
} from '../../src/fleet/types.ts';
import type { ServiceKey } from '../../src/model/ids.ts';
import { fleetOf, type ServiceSketch } from './fleet-builder.ts';
import type { Dice } from './simulated-dice.ts';

/**
 * A fleet of a few services, now and then of many, with everything in it that makes rebuilding hard: dependencies of each kind, risks, critical
 * services, jobs, tags and builds that are shared, several containers, shared namespaces and volumes, every kind of health check, anonymous
 * volumes, several projects. No circle, because a service only depends on those before it.
 */
export function simulatedFleet(dice: Dice): Fleet {
  const count = dice.chance(8) ? dice.between(9, 24) : dice.between(1, 8);
  const projects = dice.chance(20) ? ['core', 'web'] : ['fleet'];
  const made: Made[] = [];
  for (let i = 0; i < count; i += 1) {
    const project = dice.pick(projects);
    const key = projects.length > 1 ? `${project}/s${i}` : `s${i}`;
    made.push(makeService(dice, { i, key, project, before: made }));
  }
  const shuffled = made.map((one) => ({ one, at: dice.fraction() })).sort((a, b) => a.at - b.at);
  return withModels(fleetOf(Object.fromEntries(shuffled.map(({ one }) => [one.key, one.sketch])), settings(dice)));
}

/** The same fleet with another environment in these services, so that their containers have to be made anew. */
export function reconfigured(fleet: Fleet, keys: readonly ServiceKey[], value: string): Fleet {
  const services = fleet.services.map((service): Service => {
    if (!keys.includes(service.key)) return service;
    return { ...service, compose: { ...service.compose, environment: { ...service.compose.environment, REVISION: value } } };
  });
  return withModels({ ...fleet, services });
}

interface Made {
  readonly project: string;
  readonly name: string;
  readonly key: ServiceKey;
  readonly sketch: ServiceSketch;
}

interface Position {
  readonly i: number;
  readonly key: ServiceKey;
  readonly project: string;
  readonly before: readonly Made[];
}

function makeService(dice: Dice, { i, key, project, before }: Position): Made {
  const name = `s${i}`;
  const isJob = dice.chance(15);
  const neighbours = before.filter((other) => other.project === project);
  const sharer = isJob ? null : sharing(dice, neighbours);
  const origin = originOf(dice, { name, neighbours, isJob });
  const anonymous = !isJob && dice.chance(20) ? ['/data'] : [];
  const scale = isJob || sharer || !dice.chance(15) ? 1 : dice.between(2, 3);
  const check = isJob ? NO_CHECK : healthOf(dice, 20_000 + i, scale);
  const compose: ComposeService = {
    image: origin.image,
    ...(origin.build && { build: origin.build }),
    restart: isJob ? 'no' : dice.pick(['unless-stopped', 'unless-stopped', 'always', 'on-failure', 'no']),
    environment: { NAME: name },
    ...(sharer?.source === 'namespace' ? { network_mode: `service:${sharer.name}` } : { networks: { default: null } }),
    ...(sharer?.source === 'volumes_from' && { volumes_from: [sharer.name] }),
    ...(scale > 1 && { scale }),
    ...(check.compose && { healthcheck: check.compose }),
    ...(check.published.length > 0 && { ports: check.published.map((p) => ({ published: String(p.port), target: p.target })) }),
    volumes: anonymous.map((target) => ({ type: 'volume', target })),
    stop_grace_period: '10s',
  };
  const startFirst = !isJob && sharer === null && check.published.length === 0 && anonymous.length === 0 && dice.chance(15);
  return {
    project,
    name,
    key,
    sketch: {
      category: dice.pick(['apps', 'apps', 'apps', 'core', null]),
      risk: dice.pick<Risk>(['low', 'medium', 'high']),
      critical: dice.chance(35),
      kind: isJob ? 'one-shot' : 'service',
      image: origin.image,
      build: origin.build,
      scale,
      command: dice.chance(70) ? ['pytest'] : null,
      healthcheck: check.healthcheck,
      probe: check.probe,
      published: check.published,
      replace: { order: startFirst ? 'start-first' : 'auto', preflight: !startFirst && !isJob && dice.chance(8) },
      startFirstObstacles: startFirst ? [] : ['it is not asked for'],
      anonymousVolumes: anonymous,
      compose,
      edges: [...(sharer ? [sharer.edge] : []), ...edges(dice, before)],
    },
  };
}

interface Sharing {
  readonly name: string;
  readonly source: 'namespace' | 'volumes_from';
  readonly edge: Edge;
}

/** A service of the same project whose network or volumes this one uses. */
function sharing(dice: Dice, neighbours: readonly Made[]): Sharing | null {
  const hosts = neighbours.filter((n) => n.sketch.kind === 'service' && n.sketch.scale === 1);
  if (hosts.length === 0 || !dice.chance(10)) return null;
  const host = dice.pick(hosts);
  const source = dice.pick(['namespace', 'volumes_from'] as const);
  return { name: host.name, source, edge: { to: host.key, condition: 'started', required: true, restart: false, source } };
}

function edges(dice: Dice, before: readonly Made[]): Edge[] {
  const wanted = before.length === 0 ? 0 : dice.pick([0, 0, 1, 1, 2, 3]);
  const targets = new Set(Array.from({ length: wanted }, () => dice.pick(before)));
  return [...targets].map(({ key, sketch: { kind } }) => ({
    to: key,
    condition: kind === 'one-shot' ? 'completed' : dice.pick<EdgeCondition>(['started', 'healthy', 'healthy']),
    required: dice.chance(85),
    restart: dice.chance(15),
    source: 'depends_on',
  }));
}

/** What a service runs: its own build, another's tag built again or only used, or somebody else's image. */
function originOf(
  dice: Dice,
  { name, neighbours, isJob }: { name: string; neighbours: readonly Made[]; isJob: boolean },
): { readonly image: string; readonly build: ComposeBuild | null } {
  const own = { context: `/fleet/${name}`, dockerfile: 'Dockerfile' };
  const mates = neighbours.filter((n) => n.sketch.build && (n.sketch.kind === 'one-shot') === isJob);
  const roll = dice.between(1, 100);
  if (mates.length > 0 && roll <= 12) {
    const mate = dice.pick(mates).sketch;
    return { image: mate.image!, build: dice.chance(50) ? mate.build! : null };
  }
  if (mates.length > 0 && roll <= 18) return { image: `${name}:latest`, build: dice.pick(mates).sketch.build! };
  if (roll <= 26) return { image: `vendor/${name}:1.0`, build: null };
  return { image: `${name}:latest`, build: own };
}

interface HealthOf {
  readonly probe: Probe;
  readonly healthcheck: Service['healthcheck'];
  readonly compose: ComposeService['healthcheck'] | undefined;
  readonly published: Service['published'];
}

const NO_CHECK: HealthOf = { probe: { kind: 'none' }, healthcheck: null, compose: undefined, published: [] };

function healthOf(dice: Dice, port: number, scale: number): HealthOf {
  const own = dice.pick(['none', 'command', 'http', 'tcp'] as const);
  const docker = dice.chance(40);
  const publishes = scale === 1 && (own === 'http' || own === 'tcp');
  return {
    probe: probeOf(publishes || own === 'command' ? own : 'none', port),
    healthcheck: docker ? { intervalMs: 2000, startPeriodMs: 1000, retries: 2 } : null,
    compose: docker ? { test: ['CMD', 'true'], interval: '2s', start_period: '1s', retries: 2 } : undefined,
    published: publishes ? [{ hostIp: '', port, target: 80, protocol: 'tcp' }] : [],
  };
}

function probeOf(kind: Probe['kind'], port: number): Probe {
  if (kind === 'http') return { kind, host: '127.0.0.1', port, path: '/health' };
  if (kind === 'tcp') return { kind, host: '127.0.0.1', port };
  return kind === 'command' ? { kind, command: ['check'] } : { kind };
}

/** Short times, so that a run is a few virtual minutes. */
function settings(dice: Dice): Partial<Settings> {
  const triggers = ['build_failure', 'test_failure_critical', 'health_check_failure_critical'] as const;
  return {
    batch: {
      size: dice.pick([1, 2, 3, 5, 'all' as const]),
      maxParallelBuilds: dice.between(1, 4),
      barrier: dice.chance(10),
      maxFailures: dice.chance(15) ? { count: dice.between(0, 2) } : null,
    },
    timeouts: { buildMs: 600_000, testMs: 300_000, healthMs: 20_000 },
    retry: { maxAttempts: 3, backoffMs: 1000, exponential: true },
    health: { startupGraceMs: 2000, intervalMs: 1000, timeoutMs: 1000, retries: 2, stableForMs: 3000 },
    replace: { order: 'auto', preflight: false, group: false },
    rollback: {
      onCriticalFailure: true,
      tagPrefix: 'pre-phase1-rebuild',
      keepReleases: 5,
      keyFile: null,
      triggers: dice.chance(20) ? [...triggers, 'health_check_failure'] : triggers,
    },
  };
}

/** What Compose would render of these services. */
function withModels(fleet: Fleet): Fleet {
  const projects = fleet.projects.map((project): Project => {
    const own = fleet.services.filter((s) => s.project === project.name);
    const model = {
      name: project.name,
      services: Object.fromEntries(own.map((s) => [s.name, s.compose])),
      networks: { default: { name: `${project.name}_default` } },
    };
    return { ...project, model };
  });
  return { ...fleet, projects };
}
