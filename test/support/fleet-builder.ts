import type { Category, Edge, Fingerprint, Fleet, Risk, Service, Settings } from '../../src/fleet/types.ts';
import type { ImageId, ServiceKey } from '../../src/model/ids.ts';
import type { Observed, ObservedContainer, ObservedService, ServiceRecord } from '../../src/plan/types.ts';

/** The defaults of the configuration (contract, section 4). */
const DEFAULT_SETTINGS: Settings = {
  phase: 'phase1',
  batch: { size: 5, maxParallelBuilds: 10, barrier: false, maxFailures: null },
  timeouts: { buildMs: 600_000, testMs: 300_000, healthMs: 60_000 },
  retry: { maxAttempts: 3, backoffMs: 30_000, exponential: true },
  buildkit: { cache: true, inlineCache: true, builder: 'default', progress: 'plain', cacheFrom: [], cacheTo: [] },
  resources: { memoryBytes: null, cpus: null },
  health: { startupGraceMs: 30_000, intervalMs: 2000, timeoutMs: 5000, retries: 3, stableForMs: 5000 },
  replace: { order: 'auto', preflight: false, group: false },
  rollback: {
    onCriticalFailure: true,
    tagPrefix: 'pre-phase1-rebuild',
    keepReleases: 5,
    keyFile: null,
    triggers: ['build_failure', 'test_failure_critical', 'health_check_failure_critical'],
  },
  backup: { requiredMs: null, directory: 'backups', volumes: [] },
  doctor: { freeSpaceBytes: null },
  monitoring: {
    logDirectory: 'logs/phase1_builds',
    stateFile: '.rebuild_state_phase1.json',
    refreshIntervalMs: 5000,
    notifications: [],
    metrics: false,
    otel: null,
  },
  hooks: { before_run: [], before_replace: [], after_replace: [], on_failure: [], after_run: [] },
  libraries: null,
  context7: null,
  validation: {
    preBuild: [],
    postBuild: [],
    postDeployment: [],
    logErrors: { builtin: true, patterns: [], ignore: [], contextLines: 2 },
    limits: { memoryPercent: 90, cpuPercent: 90, restarts: 0, responseTimeMs: 2000 },
    watch: { windowMs: 600_000, intervalMs: 10_000, baseline: true, errorFactor: 2, latencyFactor: 2 },
  },
};

/** What a test says of a service; the rest is filled in. `needs` are healthy, required edges; `edges` says them in full. */
export type ServiceSketch = Partial<Omit<Service, 'key' | 'dependsOn'>> & {
  readonly needs?: readonly ServiceKey[];
  readonly edges?: readonly (Pick<Edge, 'to'> & Partial<Edge>)[];
  readonly command?: readonly string[] | null;
};

/** A fleet from sketches by service key, in their order. A key `project/service` makes a second project. */
export function fleetOf(sketches: Readonly<Record<ServiceKey, ServiceSketch>>, settings: Partial<Settings> = {}): Fleet {
  const services = Object.entries(sketches).map(([key, sketch]) => serviceOf(key, sketch));
  const names = [...new Set(services.map((s) => s.project))];
  return {
    root: '/fleet',
    configFile: '/fleet/slipway.yaml',
    settings: { ...DEFAULT_SETTINGS, ...settings },
    projects: names.map((name) => ({
      name,
      directory: `/fleet/${name}`,
      files: [`/fleet/${name}/docker-compose.yml`],
      envFiles: [],
      profiles: [],
      model: { name, services: Object.fromEntries(services.filter((s) => s.project === name).map((s) => [s.name, s.compose])) },
    })),
    categories: categoriesOf(services),
    services,
  };
}

/** One service, built from its own folder, of low risk, with pytest, in category `apps`. */
function serviceOf(key: ServiceKey, sketch: ServiceSketch = {}): Service {
  const { needs = [], edges = [], command, ...given } = sketch;
  const [name, project] = key.split('/').reverse() as [string, string | undefined];
  const dependsOn = [...needs.map((to) => edgeTo(to)), ...edges.map((edge) => edgeTo(edge.to, edge))];
  return {
    key,
    project: project ?? 'fleet',
    name,
    category: 'apps',
    risk: 'low',
    critical: false,
    stack: 'python',
    kind: 'service',
    image: `${name}:latest`,
    build: { context: `/fleet/${name}`, dockerfile: 'Dockerfile' },
    scale: 1,
    hiddenByProfile: false,
    probe: { kind: 'none' },
    healthcheck: null,
    test: {
      command: command === undefined ? ['pytest'] : command,
      target: null,
      mounts: [],
      isolation: 'sandbox',
      timeoutMs: 300_000,
    },
    replace: { order: 'auto', preflight: false },
    startFirstObstacles: [],
    stopGraceMs: 10_000,
    published: [],
    anonymousVolumes: [],
    compose: {},
    place: { file: '/fleet/slipway.yaml', line: 1 },
    ...given,
    dependsOn,
  };
}

/** A required edge to a healthy dependency, unless said otherwise. */
function edgeTo(to: ServiceKey, given: Partial<Edge> = {}): Edge {
  return { to, condition: 'healthy', required: true, restart: false, source: 'depends_on', ...given };
}

function categoriesOf(services: readonly Service[]): Category[] {
  const names = [...new Set(services.map((s) => s.category).filter((name) => name !== null))];
  const riskOf = (name: string): Risk => services.find((s) => s.category === name)!.risk;
  return names.map((name) => ({ name, description: '', risk: riskOf(name), priority: 'normal' }));
}

/** A readable image id: `imageId('web-1')` always gives the same 64 digits. */
export function imageId(text: string): ImageId {
  return `sha256:${hexOf(text).padEnd(64, '0')}`;
}

/** A container as it runs well; its image is the service's tag's. */
export function containerOf(service: ServiceKey, given: Partial<ObservedContainer> = {}): ObservedContainer {
  const number = given.number ?? 1;
  return {
    id: hexOf(`${service}#${number}`).padEnd(64, '0'),
    name: `${service}-${number}`,
    service,
    number,
    image: imageId(service),
    state: 'running',
    exitCode: 0,
    error: '',
    oomKilled: false,
    createdAt: '2026-02-01T00:00:00.000Z',
    startedAt: '2026-02-01T00:00:00.000Z',
    finishedAt: null,
    restartCount: 0,
    health: 'none',
    healthAt: null,
    healthLog: [],
    configHash: 'hash',
    temporary: false,
    ...given,
  };
}

/** The engine with every service up on the image of its tag; finished one-shots have exited with 0. Changes by service. */
export function observedRunning(fleet: Fleet, changes: Readonly<Record<ServiceKey, Partial<ObservedService>>> = {}): Observed {
  const services = fleet.services.map((service): [ServiceKey, ObservedService] => {
    const finished = service.kind === 'one-shot' ? { state: 'exited' as const } : {};
    const containers = Array.from({ length: service.scale }, (_, i) => containerOf(service.key, { number: i + 1, ...finished }));
    return [service.key, { containers, tagImage: imageId(service.key), ...changes[service.key] }];
  });
  return { services: Object.fromEntries(services), networks: [], volumes: [] };
}

/** The engine with nothing on it. */
export const NOTHING_OBSERVED: Observed = { services: {}, networks: [], volumes: [] };

/** A fingerprint by a word for the inputs and one for the configuration. */
function fingerprintOf(given: Partial<Fingerprint> = {}): Fingerprint {
  return { inputs: 'inputs-1', unknown: null, config: 'config-1', bases: [], ...given };
}

/** The same first fingerprint for each service, with changes by service. */
export function fingerprintsOf(
  fleet: Fleet,
  changes: Readonly<Record<ServiceKey, Partial<Fingerprint>>> = {},
): Map<ServiceKey, Fingerprint> {
  return new Map(fleet.services.map(({ key }) => [key, fingerprintOf(changes[key])]));
}

/** A record of a completed, tested service whose image and inputs are those of `observedRunning` and `fingerprintOf`. */
function recordOf(service: ServiceKey, given: Partial<ServiceRecord> = {}): ServiceRecord {
  return {
    status: 'completed',
    run: '20260201_000000',
    at: '2026-02-01T00:00:00.000Z',
    image: imageId(service),
    code: null,
    tested: 'passed',
    completed: { image: imageId(service), inputs: 'inputs-1', config: 'config-1', bases: [] },
    durationsMs: {},
    ...given,
  };
}

/** Every service completed before, with changes by service; null = never recorded. */
export function recordsOf(
  fleet: Fleet,
  changes: Readonly<Record<ServiceKey, Partial<ServiceRecord> | null>> = {},
): Map<ServiceKey, ServiceRecord> {
  return new Map(
    fleet.services.flatMap(({ key }) => {
      const change = changes[key];
      return change === null ? [] : [[key, recordOf(key, change)] as const];
    }),
  );
}

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex').slice(0, 64);
}
