import type { Diagnostic } from '../../model/diagnostic.ts';
import { formatDuration } from '../../util/duration.ts';
import { isMapping } from '../../util/is-mapping.ts';
import { nearest } from '../../util/nearest.ts';
import { Draft, type Fate } from './draft.ts';
import type { Located, Path } from './located.ts';
import { translateCategories } from './older-categories.ts';
import { asFreeText } from './older-free-text.ts';
import { translateNotifications } from './older-notifications.ts';
import type { Source } from './source.ts';

/** What becomes of a key of the older dialect. `moved`: to a path of the current form; `dropped`: why it has no counterpart. */
type Rule =
  | { readonly kind: 'moved'; readonly to: Path; readonly convert?: (value: unknown) => unknown }
  | { readonly kind: 'implied'; readonly value: unknown; readonly otherwise: string }
  | { readonly kind: 'dropped'; readonly why: string };

const moved = (to: string, convert?: (value: unknown) => unknown): Rule => ({
  kind: 'moved',
  to: to.split('.'),
  ...(convert ? { convert } : {}),
});
const inSeconds = (to: string) => moved(to, seconds);
/** Says nothing when it holds the value that Slipway always works by. */
const implied = (value: unknown, otherwise: string): Rule => ({ kind: 'implied', value, otherwise });
const dropped = (why: string): Rule => ({ kind: 'dropped', why });

const LEFT_EMPTY = 'it was left empty';
const FOR_PEOPLE = 'it is for people; keep it as a comment';

/** The older dialect (product contract, section 4, last paragraph), without `service_categories`. */
const RULES: Readonly<Record<string, Rule>> = {
  phase: moved('phase'),
  library_upgrades: moved('libraries'),
  context7_integration: moved('context7'),
  'batch_config.default_batch_size': moved('batch.size'),
  'batch_config.max_parallel_builds': moved('batch.max_parallel_builds'),
  'batch_config.build_timeout_seconds': inSeconds('timeouts.build'),
  'batch_config.test_timeout_seconds': inSeconds('timeouts.test'),
  'batch_config.health_check_timeout_seconds': inSeconds('timeouts.health'),
  'batch_config.retry.max_attempts': moved('retry.max_attempts'),
  'batch_config.retry.backoff_seconds': inSeconds('retry.backoff'),
  'batch_config.retry.exponential': moved('retry.exponential'),
  'batch_config.buildkit.enabled': implied(true, 'every build uses BuildKit'),
  'batch_config.buildkit.cache': moved('buildkit.cache'),
  'batch_config.buildkit.inline_cache': moved('buildkit.inline_cache'),
  'batch_config.buildkit.progress': moved('buildkit.progress'),
  'batch_config.resources.memory_limit': moved('resources.memory_limit'),
  'batch_config.resources.cpu_limit': moved('resources.cpu_limit'),
  'health_checks.enabled': implied(true, 'health is always judged; set `health: none` for a service that has no check'),
  'health_checks.startup_grace_period': inSeconds('health.startup_grace'),
  'health_checks.interval': inSeconds('health.interval'),
  'health_checks.timeout': inSeconds('health.timeout'),
  'health_checks.retries': moved('health.retries'),
  'health_checks.endpoints.python': moved('health.paths.python'),
  'health_checks.endpoints.nodejs': moved('health.paths.nodejs'),
  'health_checks.endpoints.other': moved('health.paths.other'),
  'rollback.auto_rollback_on_critical_failure': moved('rollback.on_critical_failure'),
  'rollback.backup_tag_prefix': moved('rollback.tag_prefix'),
  'rollback.preserve_logs': implied(true, 'logs stay'),
  'rollback.triggers': moved('rollback.triggers'),
  'monitoring.enabled': implied(true, 'every run is recorded'),
  'monitoring.log_directory': moved('monitoring.log_directory'),
  'monitoring.state_file': moved('monitoring.state_file'),
  'monitoring.dashboard.enabled': implied(true, '`slipway rebuild` shows a run as it goes'),
  'monitoring.dashboard.script': dropped('`slipway rebuild` shows a run as it goes'),
  'monitoring.dashboard.refresh_interval': inSeconds('monitoring.refresh_interval'),
  'monitoring.otel': moved('monitoring.otel'),
  'validation.pre_build': moved('validation.pre_build', asFreeText),
  'validation.post_build': moved('validation.post_build', asFreeText),
  'validation.post_deployment': moved('validation.post_deployment', asFreeText),
  notes: dropped(FOR_PEOPLE),
  version: dropped(FOR_PEOPLE),
  last_updated: dropped(FOR_PEOPLE),
};

/** Sections whose keys are not fixed, and what becomes of each. */
const SPECIAL: Readonly<Record<string, (draft: Draft, value: unknown, path: Path) => void>> = {
  service_categories: translateCategories,
  'monitoring.metrics': translateMetrics,
  'monitoring.notifications': translateNotifications,
  'rollback.enabled': translateRollbackEnabled,
};

/** An older file in the current form, ready for its schema. What is not carried over is remarked on and never an error. */
export interface Translation {
  readonly value: Readonly<Record<string, unknown>>;
  readonly diagnostics: readonly Diagnostic[];
  /** What became of every key that was written. */
  readonly fates: readonly Fate[];
  readonly writtenPath: (path: Path) => Path;
}

/** Translates the older dialect; values keep their places, so that problems point into the older file. */
export function translateOlder(tree: Located, source: Source): Translation {
  const draft = new Draft(tree, source);
  const value = tree.value as Readonly<Record<string, unknown>>;
  translateMapping(draft, value, []);
  // The main switch wins, wherever in the section it stands.
  if (valueAt(value, ['rollback', 'enabled']) === false) translateRollbackEnabled(draft, false, ['rollback', 'enabled']);
  derivePhase(draft);
  const { diagnostics, fates } = draft;
  return { value: draft.value, diagnostics, fates, writtenPath: (path) => draft.writtenPath(path) };
}

function translateMapping(draft: Draft, mapping: Readonly<Record<string, unknown>>, parent: readonly string[]): void {
  for (const [key, value] of Object.entries(mapping)) {
    const path = [...parent, key];
    const name = path.join('.');
    if (Object.hasOwn(SPECIAL, name)) SPECIAL[name]!(draft, value, path);
    else if (Object.hasOwn(RULES, name)) applyRule(draft, RULES[name]!, value, path);
    else if (isSection(name) && isMapping(value)) translateMapping(draft, value, path);
    else if (isSection(name)) sectionIsNone(draft, value, path);
    else if (key.startsWith('x-')) draft.leave(path, 'it is yours: Slipway does not read it');
    else unknownKey(draft, path);
  }
}

function applyRule(draft: Draft, rule: Rule, value: unknown, path: Path): void {
  switch (rule.kind) {
    case 'moved':
      // Left empty means left out, except that an empty health path means: do not ask.
      if (value !== null || rule.to[1] === 'paths') draft.put(rule.to, rule.convert ? rule.convert(value) : value, path);
      else draft.leave(path, LEFT_EMPTY);
      return;
    case 'implied':
      if (value !== rule.value) notCarried(draft, path, 'warning', rule.otherwise);
      else draft.leave(path, rule.otherwise);
      return;
    case 'dropped':
      notCarried(draft, path, 'info', rule.why);
  }
}

/** Seconds as the current form writes durations; anything but a number is left to the schema. */
function seconds(value: unknown): unknown {
  return typeof value === 'number' && value >= 0 ? formatDuration(value * 1000) : value;
}

function translateRollbackEnabled(draft: Draft, value: unknown, path: Path): void {
  if (value !== true && value !== null) draft.put(['rollback', 'on_critical_failure'], value, path);
  else draft.leave(path, '`rollback.on_critical_failure` says it');
}

function translateMetrics(draft: Draft, value: unknown, path: Path): void {
  if (isMapping(value))
    for (const key of Object.keys(value)) draft.leave([...path, key], 'one switch, `monitoring.metrics`, stands for all of them');
  const wanted = isMapping(value) ? Object.values(value).some((one) => one === true) : value;
  if (wanted !== null) draft.put(['monitoring', 'metrics'], wanted, path);
  else draft.leave(path, LEFT_EMPTY);
}

/** The older dialect has no phase of its own; its names carry one, so that logs and state keep theirs. */
function derivePhase(draft: Draft): void {
  if (draft.value.phase !== undefined) return;
  const sources: readonly [Path, RegExp][] = [
    [['rollback', 'tag_prefix'], /^pre-(\w+)-rebuild$/],
    [['monitoring', 'state_file'], /^\.rebuild_state_(\w+)\.json$/],
    [['monitoring', 'log_directory'], /^logs\/(\w+)_builds\/?$/],
  ];
  for (const [path, shape] of sources) {
    const name = valueAt(draft.value, path);
    const phase = typeof name === 'string' ? shape.exec(name)?.[1] : undefined;
    if (!phase) continue;
    draft.put(['phase'], phase, draft.writtenPath(path));
    return;
  }
}

function isSection(name: string): boolean {
  return [...Object.keys(RULES), ...Object.keys(SPECIAL)].some((rule) => rule.startsWith(`${name}.`));
}

function sectionIsNone(draft: Draft, value: unknown, path: Path): void {
  if (value === null) draft.leave(path, LEFT_EMPTY);
  else notCarried(draft, path, 'warning', 'it is no mapping');
}

function unknownKey(draft: Draft, path: readonly string[]): void {
  const parent = path
    .slice(0, -1)
    .map((key) => `${key}.`)
    .join('');
  const siblings = [...Object.keys(RULES), ...Object.keys(SPECIAL)]
    .filter((rule) => rule.startsWith(parent))
    .map((rule) => rule.slice(parent.length).split('.')[0]!);
  const near = nearest(path.at(-1)!, [...new Set(siblings)]);
  draft.remark(path, 'warning', {
    code: 'unknown-key',
    message: `${path.join('.')} is not known and has no effect`,
    remedy: near && `did you mean \`${near}\`?`,
  });
}

function notCarried(draft: Draft, path: Path, severity: 'warning' | 'info', why: string): void {
  draft.remark(path, severity, { code: 'not-carried-over', message: `${path.join('.')} is not carried over: ${why}` });
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (here, key) => (isMapping(here) && Object.hasOwn(here, key) ? here[key as string] : undefined),
    value,
  );
}
