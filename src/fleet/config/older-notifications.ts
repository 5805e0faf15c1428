import { isMapping } from '../../util/is-mapping.ts';
import type { Draft } from './draft.ts';
import type { Path } from './located.ts';

/** What of the current form an older key names; several older keys may name the same. */
const ON: Readonly<Record<string, 'failure' | 'completion' | 'wave'>> = {
  on_failure: 'failure',
  on_completion: 'completion',
  on_success: 'completion',
  on_wave: 'wave',
  on_batch: 'wave',
};

const TARGETS: Readonly<Record<string, { readonly key: 'webhook' | 'webhook_env' | 'command'; readonly slack?: true }>> = {
  webhook: { key: 'webhook' },
  webhook_url: { key: 'webhook' },
  webhook_env: { key: 'webhook_env' },
  slack_webhook: { key: 'webhook', slack: true },
  slack_webhook_url: { key: 'webhook', slack: true },
  command: { key: 'command' },
};

type Mapping = Readonly<Record<string, unknown>>;

/** `monitoring.notifications` of the older dialect, a mapping of switches and addresses, in the current form: one entry for each address. */
export function translateNotifications(draft: Draft, value: unknown, path: Path): void {
  const to = ['monitoring', 'notifications'];
  if (value === null) draft.leave(path, 'it was left empty');
  else if (Array.isArray(value)) draft.put(to, value, path);
  else if (!isMapping(value)) notCarried(draft, path, 'warning', NOBODY);
  else if (isOff(value)) notCarried(draft, path, 'info', 'they are switched off');
  else putEntries(draft, value, path);
}

const NOBODY = 'they name nobody to tell; list addresses under `monitoring.notifications`';

function isOff(value: Mapping): boolean {
  const switches = Object.keys(ON).filter((key) => value[key] !== undefined);
  return value.enabled === false || Object.keys(value).length === 0 || (switches.length > 0 && wanted(value).length === 0);
}

function wanted(value: Mapping): string[] {
  return [...new Set(Object.keys(ON).flatMap((key) => (value[key] === true ? [ON[key]!] : [])))];
}

function putEntries(draft: Draft, value: Mapping, path: Path): void {
  const to = ['monitoring', 'notifications'];
  const on = wanted(value);
  const given = Object.entries(TARGETS).filter(([key]) => isGiven(value[key]));
  for (const key of Object.keys(value))
    if (key !== 'enabled' && !Object.hasOwn(ON, key) && !Object.hasOwn(TARGETS, key))
      notCarried(draft, [...path, key], 'warning', 'it is no webhook and no command');
  if (given.length === 0) {
    notCarried(draft, path, 'warning', NOBODY);
    return;
  }
  const entries = given.map(([key, target]) => ({
    ...(on.length > 0 && { on }),
    [target.key]: value[key],
    ...(target.slack && { format: 'slack' }),
  }));
  draft.put(to, entries, path);
  given.forEach(([key, target], i) => {
    draft.link([...to, i], [...path, key]);
    draft.link([...to, i, target.key], [...path, key]);
  });
}

/** Left empty is left out. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function notCarried(draft: Draft, path: Path, severity: 'warning' | 'info', why: string): void {
  draft.remark(path, severity, { code: 'not-carried-over', message: `${path.join('.')} is not carried over: ${why}` });
}
