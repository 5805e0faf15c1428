import type { ServiceKey } from '../../model/ids.ts';
import type { ConfigProject } from '../config-types.ts';
import { type LocateRequest, locateProject } from '../locate.ts';
import { projectRefs } from '../project-refs.ts';
import { composeNames, composeProjectName, lineAt } from './compose-names.ts';
import { outlineOf, sectionOf, unquoted } from './outline.ts';
import { mappingIn, textAt, textOf, textsAt } from './parsed.ts';

/** What a fleet's files name, as far as their text tells without Compose and without being checked. */
export interface QuickNames {
  readonly root: string;
  readonly phase: string;
  readonly services: readonly ServiceKey[];
  /** By name: how the configuration describes it, or an empty text. */
  readonly categories: ReadonlyMap<string, string>;
  /** Category by service, as the configuration writes its name. */
  readonly categoryOf: ReadonlyMap<string, string>;
  readonly profiles: readonly string[];
  /** The folder of the backups, as written. */
  readonly backups: string;
}

/** Names for shell completion, in a few milliseconds; null when there is no project. Files that cannot be read have none. */
export async function quickNames(request: LocateRequest): Promise<QuickNames | null> {
  const located = locateProject(request);
  if (!located.ok) return null;
  const { root, configFile } = located.value;
  const config = configFile === null ? '' : textOf(configFile);
  const categories = categoriesIn(config);
  const { refs } = projectRefs(await projectsIn(config), { root, envFiles: [], profiles: [] });
  const composed = await Promise.all(
    refs.map(async (ref) => ({ ...(await composeNames(ref)), prefix: refs.length > 1 ? `${composeProjectName(ref)}/` : '' })),
  );
  const services = composed.flatMap((project) => project.services.map((service) => `${project.prefix}${service}`));
  return {
    root,
    phase: lineAt(config, 'phase') ?? 'phase1',
    services: [...new Set(services.length > 0 ? services : categories.categoryOf.keys())],
    ...categories,
    profiles: [...new Set(composed.flatMap(({ profiles }) => profiles))],
    backups: textAt((await mappingIn(sectionOf(config, 'backup'))).backup, 'directory') ?? 'backups',
  };
}

/** Both dialects: `categories` and `service_categories` look alike. */
function categoriesIn(config: string): Pick<QuickNames, 'categories' | 'categoryOf'> {
  const categories = new Map<string, string>();
  const categoryOf = new Map<string, string>();
  for (const { path, value } of outlineOf(config)) {
    const [section, category, part, ...rest] = path;
    if ((section !== 'categories' && section !== 'service_categories') || category === undefined) continue;
    if (!categories.has(category)) categories.set(category, '');
    if (part === 'description' && rest.length === 0) categories.set(category, unquoted(value));
    const service = part === 'services' ? serviceIn(rest, value) : null;
    if (service !== null) categoryOf.set(service, category);
  }
  return { categories, categoryOf };
}

/** An item of `services`: `- name: a`, `- { name: a, port: 1 }` or `- a`. */
function serviceIn([dash, key, ...deeper]: readonly string[], value: string): string | null {
  if (dash !== '-' || deeper.length > 0) return null;
  if (key !== undefined) return key === 'name' ? unquoted(value) : null;
  if (!value.startsWith('{')) return value === '' ? null : unquoted(value);
  const name = /[{,]\s*name:\s*("[^"]*"|'[^']*'|[^\s,}]+)/.exec(value)?.[1];
  return name === undefined ? null : unquoted(name);
}

async function projectsIn(config: string): Promise<ConfigProject[]> {
  const { fleet } = (await mappingIn(sectionOf(config, 'fleet'))) as { fleet?: { projects?: unknown } | null };
  const projects: readonly unknown[] = Array.isArray(fleet?.projects) ? fleet.projects : [];
  return projects.map((project) => ({
    name: textAt(project, 'name'),
    directory: textAt(project, 'directory'),
    files: textsAt(project, 'files'),
    profiles: [],
    envFiles: textsAt(project, 'env_files'),
    place: { file: '' },
  }));
}
