import type { Event } from '../../src/journal/events.ts';

/** How a service of a crash fleet makes a moment last, goes wrong, or keeps data. */
export interface CrashService {
  readonly dependsOn?: readonly string[];
  /** Seconds that the first build of each version takes; a second one takes none. */
  readonly slowBuild?: number;
  /** Megabytes that the build of each new version adds to the image. */
  readonly bulkMb?: number;
  /** The test waits until the fleet's gate is opened. */
  readonly slowTest?: boolean;
  readonly tested?: boolean;
  /** TERM ends it after two seconds only. */
  readonly stubborn?: boolean;
  /** Is healthy only once the fleet's gate is opened. */
  readonly slowHealth?: boolean;
  readonly critical?: boolean;
  /** Runs once and ends. */
  readonly job?: boolean;
  /** Keeps data at /data: in a volume of its own name, or in one without a name. */
  readonly data?: 'named' | 'anonymous';
  /** Judged by Slipway's own probe alone, which is quick to call it unhealthy; Docker has no health check of it. */
  readonly probed?: boolean;
  /** Docker starts it again when it ends, and when the engine starts. */
  readonly restarts?: boolean;
}

/** Whether an event tells that a build is at its slow step. */
export function isSlowStep(event: Event): boolean {
  return event.type === 'step-progress' && event.progress.kind === 'build' && /\] RUN /.test(event.progress.name);
}

/** What is wrong with a version of a service. */
export type Flaw = 'build' | 'test' | 'exits' | 'unhealthy';

/** Its part of the Compose file. */
export function composeOf(name: string, service: CrashService): object {
  const needed = (service.dependsOn ?? []).map((other) => [other, { condition: 'service_healthy' }] as const);
  const depends = needed.length > 0 ? { depends_on: Object.fromEntries(needed) } : {};
  if (service.job) return { build: `./${name}`, command: ['true'], restart: 'no', ...depends };
  const trap = service.stubborn ? "trap 'sleep 2; exit 0' TERM" : 'trap "exit 0" TERM';
  const data = { named: [`${name}-data:/data`], anonymous: ['/data'] };
  return {
    build: `./${name}`,
    init: true,
    stop_grace_period: '6s',
    command: ['sh', '-c', `${trap}; [ -e /www/exits ] && exit 9; while :; do sleep 3600 & wait $$!; done`],
    volumes: ['./gate:/gate:ro', ...(service.data ? data[service.data] : [])],
    ...(service.restarts && { restart: 'unless-stopped' }),
    ...(!service.probed && {
      healthcheck: {
        test: ['CMD', 'test', '-e', service.slowHealth ? '/gate/open' : '/www/well'],
        interval: '30s',
        timeout: '5s',
        retries: 60,
        start_period: '60s',
        start_interval: '200ms',
      },
    }),
    ...depends,
  };
}

/** Its Dockerfile; `version` is `name v2`, `unique` tells this build from all others. */
export function dockerfileOf(
  version: string,
  {
    unique,
    slowBuild,
    bulkMb,
    flaw,
  }: {
    readonly unique: string;
    readonly slowBuild?: number | undefined;
    readonly bulkMb?: number | undefined;
    readonly flaw?: Flaw | undefined;
  },
): string {
  const wait = `if [ ! -e /cache/seen ]; then touch /cache/seen; sleep ${slowBuild}; fi; : ${unique}`;
  return [
    'FROM slipway-base-busybox:bookworm',
    'COPY version /www/version',
    `LABEL test.version="${version}"`,
    ...(slowBuild !== undefined ? [`RUN --mount=type=cache,target=/cache,id=${unique},sharing=locked ${wait}`] : []),
    ...(bulkMb !== undefined ? [`RUN dd if=/dev/zero of=/bulk bs=1M count=${bulkMb}`] : []),
    ...(flaw === 'build' ? [`RUN echo the oven is cold && exit 3 # ${unique}`] : []),
    // Without a RUN, which costs a container each: what a file says is what the service does.
    ...(flaw === 'unhealthy' ? [] : ['COPY version /www/well']),
    ...(flaw === 'test' ? [] : ['COPY version /www/tested']),
    ...(flaw === 'exits' ? ['COPY version /www/exits'] : []),
    'CMD ["sh"]',
    '',
  ].join('\n');
}

/** What slipway.yaml says of it. */
export function configOf(name: string, { critical, job, probed, slowTest, tested }: CrashService): object {
  const slow = { command: ['sh', '-c', 'until [ -e /gate/open ]; do sleep 0.1; done'], mounts: ['./gate:/gate'] };
  return {
    name,
    critical: critical ?? false,
    test: slowTest ? slow : { command: tested ? ['test', '-e', '/www/tested'] : null },
    ...(job && { kind: 'one-shot' }),
    ...(probed && { health: { command: ['test', '-e', '/www/well'] } }),
  };
}
