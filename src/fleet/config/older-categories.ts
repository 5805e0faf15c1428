import { isMapping } from '../../util/is-mapping.ts';
import { nearest } from '../../util/nearest.ts';
import type { Draft } from './draft.ts';
import type { Path } from './located.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** Keys of an older service and their current names; `type` is translated apart. */
const SERVICE_KEYS: ReadonlyMap<string, string> = new Map([
  ['name', 'name'],
  ['port', 'port'],
  ['health_check', 'health'],
  ['critical', 'critical'],
]);

const CATEGORY_KEYS = ['description', 'count', 'priority', 'risk', 'dependencies', 'services'];

/** Values of an older service's `type`; whatever else stands there has no default test and health path. */
const STACKS: ReadonlyMap<unknown, string> = new Map([
  ['python', 'python'],
  ['nodejs', 'nodejs'],
  ['node', 'nodejs'],
  ['other', 'other'],
]);

/** `service_categories`: keys like `ai_ml` become names like `ai-ml`. */
export function translateCategories(draft: Draft, value: unknown, path: Path): void {
  // Kept as it is when it has the wrong form: the schema says so at the right place.
  if (!isMapping(value)) {
    draft.put(['categories'], value, path);
    return;
  }
  draft.put(['categories'], {}, path);
  const special: Path[] = [];
  for (const [key, category] of Object.entries(value)) {
    const to = ['categories', categoryName(key, value)];
    if (isMapping(category)) translateCategory(draft, category, { from: [...path, key], to, special });
    else draft.put(to, category, [...path, key]);
  }
  if (special.length > 0) {
    const more = special.length > 1 ? ` (nor are those of ${special.length - 1} more services)` : '';
    const message = `special_requirements are not carried over${more}: they are for people; keep them as comments`;
    draft.remark(special[0]!, 'info', { code: 'not-carried-over', message });
  }
}

interface Move {
  readonly from: Path;
  readonly to: Path;
  /** Collects where `special_requirements` stand. */
  readonly special: Path[];
}

/** With hyphens, unless the file already has a category of that name. */
function categoryName(key: string, all: Mapping): string {
  const name = key.replaceAll('_', '-');
  return name !== key && Object.hasOwn(all, name) ? key : name;
}

function translateCategory(draft: Draft, category: Mapping, { from, to, special }: Move): void {
  draft.put(to, {}, from);
  const { description, priority, risk, services, count, dependencies } = category;
  for (const [key, value] of Object.entries({ description, priority, risk })) {
    if (value !== undefined && value !== null) draft.put([...to, key], value, [...from, key]);
    else if (value === null) draft.leave([...from, key], 'it was left empty');
  }
  if (Array.isArray(services)) {
    draft.put([...to, 'services'], [], [...from, 'services']);
    services.forEach((service, i) => {
      translateService(draft, service, { from: [...from, 'services', i], to: [...to, 'services', i], special });
    });
  } else if (services !== undefined) draft.put([...to, 'services'], services, [...from, 'services']);
  const listed = Array.isArray(services) ? services.length : 0;
  if (count !== undefined && count !== listed) {
    const message = `count of ${String(from.at(-1))} says ${JSON.stringify(count)}, but ${listed} services are listed`;
    draft.remark([...from, 'count'], 'warning', { code: 'count-differs', message, remedy: 'the list is what counts' });
  } else if (count !== undefined) draft.leave([...from, 'count'], 'the list is what counts');
  if (Array.isArray(dependencies) ? dependencies.length > 0 : dependencies) {
    const message = `dependencies of ${String(from.at(-1))} are not carried over: services depend on services`;
    const remedy = 'say it with `depends_on` in the Compose file, or with `fleet.depends_on` across projects';
    draft.remark([...from, 'dependencies'], 'warning', { code: 'not-carried-over', message, remedy });
  } else if (dependencies !== undefined) draft.leave([...from, 'dependencies'], 'there are none');
  remarkUnknown(draft, category, from, CATEGORY_KEYS);
}

function translateService(draft: Draft, service: unknown, { from, to, special }: Move): void {
  if (!isMapping(service)) {
    draft.put(to, service, from);
    return;
  }
  draft.put(to, {}, from);
  for (const [older, current] of SERVICE_KEYS) {
    if (Object.hasOwn(service, older)) draft.put([...to, current], service[older], [...from, older]);
  }
  if (service.critical === null) draft.put([...to, 'critical'], false, [...from, 'critical']);
  if (service.type !== undefined && service.type !== null) translateType(draft, service.type, from, to);
  if (service.special_requirements) special.push([...from, 'special_requirements']);
  if (Object.hasOwn(service, 'special_requirements')) draft.leave([...from, 'special_requirements'], 'they are for people');
  if (service.type === null) draft.leave([...from, 'type'], 'it was left empty');
  remarkUnknown(draft, service, from, [...SERVICE_KEYS.keys(), 'type', 'special_requirements']);
}

function translateType(draft: Draft, type: unknown, from: Path, to: Path): void {
  const stack = STACKS.get(type);
  draft.put([...to, 'stack'], stack ?? 'other', [...from, 'type']);
  if (stack !== undefined) return;
  const near = typeof type === 'string' ? nearest(type, ['python', 'nodejs']) : undefined;
  draft.remark([...from, 'type'], 'warning', {
    code: 'unknown-value',
    message: `the type ${JSON.stringify(type)} is read as \`other\`: no default test and no default health path`,
    remedy: near && `did you mean \`${near}\`?`,
  });
}

function remarkUnknown(draft: Draft, mapping: Mapping, from: Path, known: readonly string[]): void {
  for (const key of Object.keys(mapping)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    const message = `${key} is not known here and has no effect`;
    draft.remark([...from, key], 'warning', { code: 'unknown-key', message, remedy: near && `did you mean \`${near}\`?` });
  }
}
