/** How a service of a crash fleet makes a moment last. */
export interface CrashService {
  readonly dependsOn?: readonly string[];
  /** Seconds that the first build of each version takes; a second one takes none. */
  readonly slowBuild?: number;
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
}

/** Its part of the Compose file. */
export function composeOf(name: string, service: CrashService): object {
  const needed = (service.dependsOn ?? []).map((other) => [other, { condition: 'service_healthy' }] as const);
  const depends = needed.length > 0 ? { depends_on: Object.fromEntries(needed) } : {};
  if (service.job) return { build: `./${name}`, command: ['true'], restart: 'no', ...depends };
  const trap = service.stubborn ? "trap 'sleep 2; exit 0' TERM" : 'trap "exit 0" TERM';
  return {
    build: `./${name}`,
    init: true,
    stop_grace_period: '6s',
    command: ['sh', '-c', `${trap}; while :; do sleep 3600 & wait $$!; done`],
    volumes: ['./gate:/gate:ro'],
    healthcheck: {
      test: ['CMD', 'test', '-e', service.slowHealth ? '/gate/open' : '/www/version'],
      interval: '30s',
      timeout: '5s',
      retries: 60,
      start_period: '60s',
      start_interval: '200ms',
    },
    ...depends,
  };
}

/** Its Dockerfile; `version` is `name v2`, `unique` tells this build from all others. */
export function dockerfileOf(
  version: string,
  { unique, slowBuild }: { readonly unique: string; readonly slowBuild: number | undefined },
): string {
  const wait = `if [ ! -e /cache/seen ]; then touch /cache/seen; sleep ${slowBuild}; fi; : ${unique}`;
  return [
    'FROM slipway-base-busybox:bookworm',
    'COPY version /www/version',
    `LABEL test.version="${version}"`,
    ...(slowBuild !== undefined ? [`RUN --mount=type=cache,target=/cache,id=${unique},sharing=locked ${wait}`] : []),
    'CMD ["sh"]',
    '',
  ].join('\n');
}

/** Its test, as slipway.yaml has it. */
export function testOf({ slowTest, tested }: CrashService): object {
  if (slowTest) return { command: ['sh', '-c', 'until [ -e /gate/open ]; do sleep 0.1; done'], mounts: ['./gate:/gate'] };
  return { command: tested ? ['test', '-e', '/www/version'] : null };
}
