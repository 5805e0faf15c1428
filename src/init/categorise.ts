import { parseImageRef } from '../fleet/tags.ts';
import type { Fleet, Service } from '../fleet/types.ts';
import type { ServiceKey } from '../model/ids.ts';
import type { BuildSources } from './build-sources.ts';
import type { Heading } from './headings.ts';
import { groupByLabel } from './labels.ts';
import type { Reasoned } from './types.ts';
import { isStore, topicOf, wordsOf } from './vocabulary.ts';

/** What categories are told from. */
export interface Grouping {
  readonly fleet: Pick<Fleet, 'projects' | 'services'>;
  readonly sources: ReadonlyMap<ServiceKey, BuildSources>;
  /** Headings of the Compose files, by project. */
  readonly headings: ReadonlyMap<string, readonly Heading[]>;
}

type Rule = (service: Service, grouping: Grouping) => Reasoned<string> | null;

/** Asked in this order: what somebody has said comes before what can be guessed. */
const RULES: readonly Rule[] = [byLabel, byRegistry, byProject, byHeading, byProfile, byFolder, byJob, byName, byPrefix, byRole];

/** The category of each service, with what speaks for it. */
export function categorise(services: readonly Service[], grouping: Grouping): ReadonlyMap<ServiceKey, Reasoned<string>> {
  return new Map(
    services.map((service) => {
      const found = RULES.map((rule) => rule(service, grouping)).find((one) => one !== null);
      return [service.key, found ?? { value: 'other', why: 'nothing tells more' }];
    }),
  );
}

function byLabel(service: Service): Reasoned<string> | null {
  const group = groupByLabel(service);
  return group && named(group.value, `label ${group.label}`);
}

/** Not built here: stores and brokers apart from the rest, as they have data to lose. */
function byRegistry({ build, image }: Service): Reasoned<string> | null {
  if (build !== null) return null;
  return isStore(parseImageRef(image).repository)
    ? { value: 'data', why: 'databases, caches and brokers, as images from a registry' }
    : { value: 'infrastructure', why: 'images from a registry' };
}

function byProject({ project }: Service, { fleet }: Grouping): Reasoned<string> | null {
  return fleet.projects.length > 1 ? named(project, `Compose project ${project}`) : null;
}

function byHeading({ name, project }: Service, { headings }: Grouping): Reasoned<string> | null {
  const heading = (headings.get(project) ?? []).find(({ services }) => services.includes(name));
  return heading ? named(heading.text, `comment "${heading.text}" of the Compose file`) : null;
}

const GENERAL_PROFILES = /^(?:all|default|full|prod|production|dev|develop|development|local|test|testing|staging|ci|debug)$/i;

function byProfile({ compose }: Service): Reasoned<string> | null {
  const telling = (compose.profiles ?? []).filter((profile) => !GENERAL_PROFILES.test(profile));
  return telling.length === 1 ? named(telling[0]!, `profile ${telling[0]}`) : null;
}

const GENERAL_FOLDERS =
  /^(?:\.|services?|apps?|applications?|src|source|packages?|projects?|docker|containers?|images?|cmd|modules?|microservices|components?|code|lib|libs)$/i;

/** A folder that several services lie in; that of the service itself, and those that say "here are services", group nothing. */
function byFolder(service: Service, { fleet, sources }: Grouping): Reasoned<string> | null {
  const group = groupFolder(sources.get(service.key));
  if (group === null) return null;
  const together = fleet.services.filter((other) => groupFolder(sources.get(other.key)) === group);
  return together.length > 1 ? named(group.slice(group.lastIndexOf('/') + 1), `folder ${group}`) : null;
}

function groupFolder(sources: BuildSources | undefined): string | null {
  const parts = (sources?.folder ?? '').split('/');
  const at = parts.slice(0, -1).findIndex((part) => part !== '..' && !GENERAL_FOLDERS.test(part));
  return at < 0 || parts[at] === '' ? null : parts.slice(0, at + 1).join('/');
}

function byJob({ kind }: Service): Reasoned<string> | null {
  return kind === 'one-shot' ? { value: 'jobs', why: 'run once and end' } : null;
}

function byName({ name }: Service): Reasoned<string> | null {
  const told = topicOf(name);
  return told && { value: told.topic.category, why: `by name: ${told.word}` };
}

/** `billing-api` and `billing-worker`: the first word that they share, unless nearly all services do. */
function byPrefix({ name }: Service, { fleet }: Grouping): Reasoned<string> | null {
  const words = wordsOf(name);
  if (words.length < 2) return null;
  const together = fleet.services.filter((other) => {
    const [first, ...rest] = wordsOf(other.name);
    return rest.length > 0 && first === words[0] && topicOf(other.name) === null;
  });
  const tells = together.length > 1 && together.length * 2 <= fleet.services.length;
  return tells ? named(words[0]!, `names that begin with "${words[0]}"`) : null;
}

function byRole({ published, compose }: Service): Reasoned<string> | null {
  const answers = published.length > 0 || compose.expose !== undefined || compose.healthcheck !== undefined;
  return answers ? { value: 'backend', why: 'they answer requests' } : null;
}

/** As a category may be called; null when nothing is left of it. */
function named(text: string, why: string): Reasoned<string> | null {
  const value = text
    .trim()
    .toLowerCase()
    .replace(/[\s_/&+,()]+/g, '-')
    .replace(/[^a-z0-9.-]/g, '')
    .replace(/-+/g, '-')
    .replace(/^[^a-z]+|[-.]+$/g, '');
  return value === '' ? null : { value, why };
}
