import type { Place } from '../../model/diagnostic.ts';
import type { Config, ConfigHealth, ConfigProject, ConfigService } from '../config-types.ts';
import type { Settings } from '../types.ts';
import type { Path } from './located.ts';
import type { ParsedConfig } from './schema.ts';
import { notificationOf, otelOf } from './telemetry-settings.ts';
import { validationOf } from './validation-settings.ts';

type ParsedCategory = NonNullable<ParsedConfig['categories']>[string];
type ParsedService = NonNullable<ParsedCategory['services']>[number];
type ParsedProject = ParsedConfig['fleet']['projects'][number];
type PlaceOf = (path: Path) => Place;

/** The validated file as the rest of Slipway sees it; `placeOf` answers for paths of the current form. */
export function normalise(parsed: ParsedConfig, about: Pick<Config, 'file' | 'dialect'>, placeOf: PlaceOf): Config {
  const { fleet, categories } = parsed;
  const written = Object.entries(categories ?? {});
  return {
    ...about,
    settings: settingsOf(parsed, placeOf),
    projects: fleet.projects.map((project, i) => configProject(project, placeOf(['fleet', 'projects', i]))),
    dependsOn: Object.entries(fleet.depends_on).flatMap(([from, targets]) =>
      targets.map((to, i) => ({ from, to, place: placeOf(['fleet', 'depends_on', from, i]) })),
    ),
    categories: written.length === 0 ? null : written.map(([name, category]) => configCategory(name, category, placeOf)),
    healthPaths: parsed.health.paths,
  };
}

function settingsOf(parsed: ParsedConfig, placeOf: PlaceOf): Settings {
  const {
    phase,
    batch,
    timeouts,
    retry,
    buildkit,
    resources,
    health,
    replace,
    rollback,
    backup,
    doctor,
    monitoring,
    validation,
    hooks,
  } = parsed;
  return {
    phase,
    batch: {
      size: batch.size,
      maxParallelBuilds: batch.max_parallel_builds,
      barrier: batch.barrier,
      maxFailures: batch.max_failures,
    },
    timeouts: { buildMs: timeouts.build, testMs: timeouts.test, healthMs: timeouts.health },
    retry: { maxAttempts: retry.max_attempts, backoffMs: retry.backoff, exponential: retry.exponential },
    buildkit: {
      cache: buildkit.cache,
      inlineCache: buildkit.inline_cache,
      builder: buildkit.builder,
      progress: buildkit.progress,
      cacheFrom: buildkit.cache_from,
      cacheTo: buildkit.cache_to,
    },
    resources: { memoryBytes: resources.memory_limit, cpus: resources.cpu_limit },
    health: {
      startupGraceMs: health.startup_grace,
      intervalMs: health.interval,
      timeoutMs: health.timeout,
      retries: health.retries,
      stableForMs: health.stable_for,
    },
    replace,
    rollback: {
      onCriticalFailure: rollback.on_critical_failure,
      tagPrefix: rollback.tag_prefix ?? `pre-${phase}-rebuild`,
      keepReleases: rollback.keep_releases,
      keyFile: rollback.key_file,
      triggers: rollback.triggers,
    },
    backup: {
      requiredMs: backup.required === false ? null : backup.required,
      directory: backup.directory,
      volumes: backup.volumes,
    },
    doctor: { freeSpaceBytes: doctor.free_space },
    monitoring: {
      logDirectory: monitoring.log_directory ?? `logs/${phase}_builds`,
      stateFile: monitoring.state_file ?? `.rebuild_state_${phase}.json`,
      refreshIntervalMs: monitoring.refresh_interval,
      notifications: monitoring.notifications.map(notificationOf),
      metrics: monitoring.metrics,
      otel: otelOf(monitoring.otel),
    },
    hooks,
    libraries: parsed.libraries ?? null,
    context7: parsed.context7 ?? null,
    validation: validationOf(validation, placeOf),
  };
}

function configProject(project: ParsedProject, place: Place): ConfigProject {
  const { name, directory, files, profiles, env_files: envFiles } = project;
  return { name, directory, files, profiles, envFiles, place };
}

function configCategory(name: string, category: ParsedCategory, placeOf: PlaceOf): NonNullable<Config['categories']>[number] {
  const path = ['categories', name];
  return {
    name,
    description: category.description ?? '',
    risk: category.risk,
    priority: category.priority,
    services: (category.services ?? []).map((service, i) => configService(service, [...path, 'services', i], placeOf)),
    place: placeOf(path),
  };
}

function configService(service: ParsedService, path: Path, placeOf: PlaceOf): ConfigService {
  const { name, stack, port, critical, kind, test, replace } = service;
  return {
    name,
    place: placeOf([...path, 'name']),
    stack,
    port,
    portPlace: port === null ? null : placeOf([...path, 'port']),
    health: configHealth(service.health),
    critical,
    kind,
    test: {
      command: test.command,
      target: test.target,
      mounts: test.mounts,
      isolation: test.isolation,
      timeoutMs: test.timeout,
    },
    replace: { order: replace.order, preflight: replace.preflight },
  };
}

function configHealth(health: ParsedService['health']): ConfigHealth | undefined {
  if (health === undefined) return undefined;
  if (health === null || health === 'none') return { kind: 'none' };
  if (typeof health === 'string') return { kind: 'http', path: health };
  if (health.path !== undefined) return { kind: 'http', path: health.path };
  if (health.tcp !== undefined) return { kind: 'tcp', port: health.tcp };
  return { kind: 'command', command: health.command! };
}
