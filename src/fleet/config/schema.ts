import * as z from 'zod';
import { PHASE_NAME } from '../../model/ids.ts';
import { expected } from './explain.ts';
import {
  argvOfMany,
  cpuCount,
  diskSize,
  duration,
  flag,
  listOf,
  mapping,
  maxFailures,
  memorySize,
  oneOf,
  pattern,
  positiveDuration,
  requiredAge,
  text,
  wholeNumber,
} from './scalars.ts';
import { replaceOrder, service, serviceName } from './service-schema.ts';
import { notifications, otel } from './telemetry-schema.ts';
import { validation } from './validation-schema.ts';

const noShape = (what: string) => ({ error: expected('wrong-type', what) });

const phase = pattern(
  'bad-phase',
  PHASE_NAME,
  'a name of at most 40 letters, digits, `_`, `.` and `-` that begins with a letter or digit',
  (input) => (typeof input === 'number' ? `put it in quotes: \`"${input}"\`` : undefined),
);

/** `candidate-<run>` marks builds that are not in place, so a backup must not be called so. */
const tagPrefix = pattern(
  'bad-tag',
  /^(?!candidate(?:-|$))[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/,
  'the beginning of an image tag: at most 64 letters, digits, `_`, `.` and `-`, and not `candidate`',
);

const optionalText = (description: string) => text.nullable().prefault(null).describe(description);
const texts = (example: string, description: string) => listOf(text, example).prefault([]).describe(description);

const project = mapping({
  name: pattern('bad-name', /^[a-z0-9][a-z0-9_-]*$/, 'a Compose project name: lower-case letters, digits, `_` and `-`')
    .nullable()
    .prefault(null)
    .describe('Name of the Compose project. Default: what Compose says.'),
  directory: optionalText('Folder of the project, from the project dir. Default: the project dir itself.'),
  files: texts('[docker-compose.yml]', 'Compose files. Default: the ones that Compose finds by itself.'),
  profiles: texts('[dev]', 'Profiles that are active.'),
  env_files: texts('[.env]', 'Env files for Compose. Default: `.env` when it is there.'),
});

const fleet = mapping({
  projects: listOf(project, '[{ files: [docker-compose.yml] }]')
    .prefault([])
    .describe('The Compose projects of the fleet. Default: the one of the project dir.'),
  depends_on: z
    .record(serviceName, listOf(serviceName, '[core/api]'), noShape('a mapping such as `{ web/ui: [core/api] }`'))
    .prefault({})
    .describe('Which service needs which others, where Compose cannot say it because they are in different projects.'),
});

const category = mapping({
  description: z.string(noShape('text')).nullable().prefault('').describe('One line for people.'),
  risk: oneOf(['low', 'medium', 'high']).prefault('low').describe('How careful to be: low risk is replaced first.'),
  priority: text.prefault('medium').describe('For people and reports; it orders nothing.'),
  services: listOf(service, '[{ name: weather-api }]').nullable().prefault([]).describe('The services of the category.'),
});

/** Begins with a letter, so that it can be told from a number, and holds no comma, so that `--category a,b` works. */
const categoryName = pattern(
  'bad-name',
  /^[A-Za-z][A-Za-z0-9_.-]*$/,
  'a name of letters, digits, `_`, `.` and `-` that begins with a letter',
);

const categories = z
  .record(categoryName, category, noShape('a mapping from category names to `{ services: [...] }`'))
  .optional()
  .describe('The services, grouped. Default: every service of the Compose file in one category `other`.');

const batchSizeError = expected('wrong-type', 'a whole number from 1 on, or `all`');

const batch = mapping({
  size: z
    .union([z.int({ error: batchSizeError }).min(1, { error: batchSizeError }), z.literal('all', { error: batchSizeError })], {
      error: batchSizeError,
    })
    .prefault(5)
    .describe('Services in flight at once, or `all`.'),
  max_parallel_builds: wholeNumber(1).prefault(10).describe('Builds at once; `batch.size` limits them too.'),
  barrier: flag.prefault(false).describe('Wait for the whole batch before the next one starts.'),
  max_failures: maxFailures
    .nullable()
    .prefault(null)
    .describe('Start nothing new when more than so many services, or such a share, have failed. Null: no limit.'),
});

const timeouts = mapping({
  build: positiveDuration.prefault('600s').describe('For one build.'),
  test: positiveDuration.prefault('300s').describe('For one test, unless the service says otherwise.'),
  health: positiveDuration
    .prefault('60s')
    .describe('Until a replaced service must be healthy; more where its own health check allows more.'),
});

const retry = mapping({
  max_attempts: wholeNumber(1).prefault(3).describe('Attempts in all. Only what is transient is tried again.'),
  backoff: duration.prefault('30s').describe('Before the second attempt.'),
  exponential: flag.prefault(true).describe('Double the wait each time.'),
});

const buildkit = mapping({
  cache: flag.prefault(true).describe('Use the build cache.'),
  inline_cache: flag.prefault(true).describe('Write cache information into the images.'),
  builder: text.prefault('default').describe('A buildx builder; `default` is the engine itself.'),
  progress: oneOf(['auto', 'plain', 'tty', 'quiet', 'rawjson']).prefault('plain').describe('How build logs are written.'),
  cache_from: texts('["type=registry,ref=..."]', 'Caches to read, as for `docker buildx build --cache-from`.'),
  cache_to: texts('["type=inline"]', 'Caches to write, as for `docker buildx build --cache-to`.'),
});

const resources = mapping({
  memory_limit: memorySize.nullable().prefault('2g').describe('Memory of a test container. Null: no limit.'),
  cpu_limit: cpuCount.nullable().prefault('2.0').describe('Processors of a test container. Null: no limit.'),
});

const healthPath = pattern('bad-health', /^\/\S*$/, 'a path that begins with `/`').nullable();

const health = mapping({
  startup_grace: duration.prefault('30s').describe('A service that has just started may fail its check for so long.'),
  interval: positiveDuration.prefault('2s').describe('Between two checks.'),
  timeout: positiveDuration.prefault('5s').describe('For one check.'),
  retries: wholeNumber(1).prefault(3).describe('Failed checks in a row that make a service unhealthy.'),
  stable_for: duration.prefault('5s').describe('A service must stay healthy for so long before it counts as completed.'),
  paths: mapping({
    python: healthPath.prefault('/health').describe('For services of the stack python.'),
    nodejs: healthPath.prefault('/').describe('For services of the stack nodejs.'),
    other: healthPath.prefault(null).describe('For all others.'),
  })
    .prefault({})
    .describe('Health path of a service that gives none. Null: no check of our own.'),
});

const replace = mapping({
  order: replaceOrder
    .prefault('auto')
    .describe('Stop the old container first, start the new one first, or choose for each service.'),
  preflight: flag
    .prefault(false)
    .describe(
      'Where the old container is stopped first: run the candidate beside it until it is healthy, without its name, ports and addresses. Not for services that write to shared files.',
    ),
  group: flag
    .prefault(false)
    .describe('Not offered: services are replaced one a call of Compose, a few at once. `true` is remarked upon.'),
});

/** What can make a failed service go back. */
const ROLLBACK_TRIGGERS = [
  'build_failure',
  'test_failure_critical',
  'health_check_failure_critical',
  'test_failure',
  'health_check_failure',
] as const;

const rollback = mapping({
  on_critical_failure: flag.prefault(true).describe('Put a critical service back when its replacement fails.'),
  tag_prefix: tagPrefix
    .optional()
    .describe('Image tag of what ran before, followed by the run id. Default: `pre-<phase>-rebuild`.'),
  keep_releases: wholeNumber(1)
    .prefault(5)
    .describe('How many releases to keep; also the newest in which each service ran well. `slipway clean` removes older ones.'),
  key_file: optionalText("Key that encrypts a release's secrets. Null: one in your configuration folder."),
  triggers: listOf(oneOf(ROLLBACK_TRIGGERS), '[build_failure]')
    .prefault(['build_failure', 'test_failure_critical', 'health_check_failure_critical'])
    .describe('Which failures take back what was replaced. `build_failure` and `*_critical` count for critical services only.'),
});

const backup = mapping({
  required: requiredAge
    .prefault(false)
    .describe('A rebuild needs a whole backup that is younger than this duration. False: it needs none.'),
  directory: text.prefault('backups').describe('Folder of the backups.'),
  volumes: texts('[data]', 'Named volumes that every backup holds, by their names in the Compose files or on the engine.'),
});

const doctor = mapping({
  free_space: diskSize
    .nullable()
    .prefault(null)
    .describe(
      'Space that has to be free where images live, or no rebuild begins. Null: what images and a demanded backup take; under `10g` `slipway doctor` warns.',
    ),
});

const monitoring = mapping({
  log_directory: text.optional().describe('Folder of build and test logs. Default: `logs/<phase>_builds`.'),
  state_file: text.optional().describe('Status of each service, one a line. Default: `.rebuild_state_<phase>.json`.'),
  refresh_interval: positiveDuration.prefault('5s').describe('How often a dashboard looks at the containers.'),
  notifications,
  metrics: flag.prefault(false).describe('Answer Prometheus at `/metrics` of `slipway serve`.'),
  otel,
});

const commands = (when: string) =>
  listOf(argvOfMany, '[[./notify, start]]').prefault([]).describe(`Commands run ${when}, each a list of words.`);

const hooks = mapping({
  before_run: commands('before the run starts'),
  before_replace: commands('before a service is replaced'),
  after_replace: commands('after a service was replaced'),
  on_failure: commands('when a service has failed'),
  after_run: commands('at the end of the run'),
});

const otherCommands = (what: string) => z.record(z.string(), z.unknown(), noShape('a mapping')).optional().describe(what);

/** The configuration in its current form (product contract, section 4). The published JSON Schema is made from it. */
export const configSchema = mapping({
  phase: phase.prefault('phase1').describe('Name of the job; part of tags, log folder and state file.'),
  fleet: fleet.prefault({}).describe('The Compose projects.'),
  categories,
  batch: batch.prefault({}).describe('How much happens at once.'),
  timeouts: timeouts.prefault({}).describe("Deadlines. Stopping follows Compose's `stop_grace_period`."),
  retry: retry.prefault({}).describe('Trying again after transient failures.'),
  buildkit: buildkit.prefault({}).describe('Builds.'),
  resources: resources.prefault({}).describe('Limits of test containers, and of builds where BuildKit can.'),
  health: health.prefault({}).describe('How health is judged.'),
  replace: replace.prefault({}).describe('How a container is replaced.'),
  rollback: rollback.prefault({}).describe('Going back.'),
  backup: backup.prefault({}).describe('Backups.'),
  doctor: doctor.prefault({}).describe('What has to be there before a rebuild.'),
  monitoring: monitoring.prefault({}).describe('Logs, state and what watches a run.'),
  libraries: otherCommands(
    'Library upgrades by language: `from`, `to`, `breaking`, `priority`, `notes`. Checked and kept; no command uses it yet.',
  ),
  context7: otherCommands(
    'Library documentation: `enabled`, `library_docs`, `patterns`. Checked and kept; no command uses it yet.',
  ),
  validation: validation.prefault({}).describe('What is looked at before and after a run.'),
  hooks: hooks.prefault({}).describe('Your own commands at points of a run.'),
});

export type ParsedConfig = z.output<typeof configSchema>;
