import { Random } from '../src/docker/simulated/random.ts';
import { loadConfig } from '../src/fleet/config/load.ts';
import type { ComposeService, Edge, Fleet, Risk, Service } from '../src/fleet/types.ts';

/** Services of one team: a database and a cache, behind them a dozen services, before them a gateway. */
const TEAM = 25;
/** What several teams share: a broker, an identity service and the like. */
const SHARED = 20;

/**
 * A large fleet as one finds it: teams with their own stores, layers of services that need one or two others of the team, some that need
 * another team's gateway, and what everybody needs. No circle, because a service only needs earlier ones. The same for the same seed.
 */
export function largeFleet(count: number, seed: number): Fleet {
  const random = new Random(seed);
  const services: Service[] = [];
  const gateways: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const service = i < SHARED ? sharedService(i) : teamService(i, { random, gateways });
    if (place(i) === TEAM - 1) gateways.push(service.key);
    services.push(service);
  }
  const { config } = loadConfig(null, null);
  const names = [...new Set(services.map((service) => service.category!))];
  const model = { name: 'fleet', services: Object.fromEntries(services.map((s) => [s.name, s.compose])) };
  return {
    root: '/fleet',
    configFile: null,
    settings: config!.settings,
    projects: [{ name: 'fleet', directory: '/fleet', files: ['/fleet/compose.yaml'], envFiles: [], profiles: [], model }],
    categories: names.map((name) => ({ name, description: '', risk: 'low', priority: '' })),
    services,
  };
}

function sharedService(i: number): Service {
  return serviceOf(i, { category: 'platform', risk: 'high', needs: i > 0 && i % 3 === 0 ? [name(i - 1)] : [] });
}

function teamService(
  i: number,
  { random, gateways }: { readonly random: Random; readonly gateways: readonly string[] },
): Service {
  const at = place(i);
  const first = i - at;
  const stores = [name(first), name(first + 1)];
  const earlier = (from: number, to: number) => name(random.between(first + from, first + to));
  const needs =
    at < 2
      ? []
      : at === TEAM - 1
        ? [earlier(2, at - 1), earlier(2, at - 1), earlier(2, at - 1)]
        : [...stores.slice(0, random.between(1, 2)), ...(at > 4 ? [earlier(2, at - 1)] : [])];
  const others = gateways.length > 0 && random.between(1, 10) === 1 ? [gateways[random.between(0, gateways.length - 1)]!] : [];
  const platform = at > 1 && random.between(1, 4) === 1 ? [name(random.between(0, SHARED - 1))] : [];
  const risk = (['low', 'low', 'low', 'medium', 'medium', 'high'] as const)[Math.floor(first / TEAM) % 6]!;
  return serviceOf(i, { category: `team-${Math.floor((i - SHARED) / TEAM)}`, risk, needs: [...needs, ...others, ...platform] });
}

/** The place of a service within its team. */
function place(i: number): number {
  return i < SHARED ? -1 : (i - SHARED) % TEAM;
}

function name(i: number): string {
  return `s${String(i).padStart(5, '0')}`;
}

function serviceOf(
  i: number,
  { category, risk, needs }: { readonly category: string; readonly risk: Risk; readonly needs: readonly string[] },
): Service {
  const key = name(i);
  const image = `fleet/${key}:latest`;
  const build = { context: `/fleet/${key}`, dockerfile: 'Dockerfile' };
  const checked = i % 2 === 0;
  const port = 10_000 + i;
  const compose: ComposeService = {
    image,
    build,
    restart: 'unless-stopped',
    environment: { NAME: key, LOG_LEVEL: 'info', API_TOKEN: `token-of-${key}` },
    networks: { default: null },
    ports: [{ published: String(port), target: 8080 }],
    ...(checked && { healthcheck: { test: ['CMD', 'true'], interval: '5s', retries: 3 } }),
  };
  return {
    key,
    project: 'fleet',
    name: key,
    category,
    risk,
    critical: i % 10 === 0,
    stack: 'python',
    kind: 'service',
    image,
    build,
    scale: 1,
    hiddenByProfile: false,
    dependsOn: [...new Set(needs)].map(edgeTo),
    probe: checked ? { kind: 'none' } : { kind: 'http', host: '127.0.0.1', port, path: '/health' },
    healthcheck: checked ? { intervalMs: 5000, startPeriodMs: 0, retries: 3 } : null,
    test: { command: ['pytest'], target: null, mounts: [], isolation: 'sandbox', timeoutMs: 300_000 },
    replace: { order: 'auto', preflight: false },
    startFirstObstacles: [`host port ${port} can be bound only once`],
    stopGraceMs: 10_000,
    published: [{ hostIp: '', port, target: 8080, protocol: 'tcp' }],
    anonymousVolumes: [],
    compose,
    place: { file: '/fleet/compose.yaml' },
  };
}

function edgeTo(to: string): Edge {
  return { to, condition: 'healthy', required: true, restart: false, source: 'depends_on' };
}
