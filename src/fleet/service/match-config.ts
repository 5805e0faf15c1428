import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ServiceKey } from '../../model/ids.ts';
import type { Config, ConfigService } from '../config-types.ts';
import type { Category } from '../types.ts';
import type { ModelService } from './model-service.ts';
import { findService, suggestService } from './service-names.ts';

/** What the configuration says of a service of the model. */
export interface ConfiguredService {
  readonly key: ServiceKey;
  readonly category: Category;
  readonly entry: ConfigService;
}

/** Finds the model's service for every configured name, in the configuration's order, and reports those that match none or two. */
export function matchConfig(
  categories: NonNullable<Config['categories']>,
  services: readonly ModelService[],
): { readonly configured: readonly ConfiguredService[]; readonly diagnostics: readonly Diagnostic[] } {
  const configured = new Map<ServiceKey, ConfiguredService>();
  const diagnostics: Diagnostic[] = [];
  for (const category of categories) {
    for (const entry of category.services) {
      const match = findService(services, entry.name);
      const first = match.kind === 'found' ? configured.get(match.key) : undefined;
      if (match.kind === 'unknown') diagnostics.push(unknownService(services, entry));
      else if (match.kind === 'ambiguous') diagnostics.push(ambiguousService(match.keys, entry));
      else if (first) diagnostics.push(...twice(first, entry));
      else configured.set(match.key, { key: match.key, category, entry });
    }
  }
  return { configured: [...configured.values()], diagnostics };
}

/** The finding for a configured name that no Compose file has, with what was probably meant. */
export function unknownService(
  services: readonly ModelService[],
  written: Pick<ConfigService, 'name' | 'place'> & { readonly port?: number | null },
): Diagnostic {
  const meant = suggestService(services, written.name, written.port ?? null);
  const target = meant && services.find((service) => service.key === meant.key);
  return {
    code: 'unknown-service',
    severity: 'error',
    service: written.name,
    message: `No Compose file has a service \`${written.name}\``,
    ...written.place,
    remedy: meant ? `Did you mean \`${meant.key}\`? (${meant.why})` : remedyFor(services),
    ...(target && {
      related: [{ ...target.project.source.place(['services', target.name]), message: `\`${meant.key}\` is defined here` }],
    }),
  };
}

/** The finding for a bare name that several projects have. */
export function ambiguousService(
  keys: readonly ServiceKey[],
  { name, place }: Pick<ConfigService, 'name' | 'place'>,
): Diagnostic {
  return {
    code: 'ambiguous-service',
    severity: 'error',
    service: name,
    message: `\`${name}\` is in several projects: ${keys.join(', ')}`,
    ...place,
    remedy: 'Write it with its project',
  };
}

/** The same spelling twice is the configuration's own finding; two spellings of one service are seen only here. */
function twice(first: ConfiguredService, entry: ConfigService): Diagnostic[] {
  if (first.entry.name === entry.name) return [];
  return [
    {
      code: 'duplicate-service',
      severity: 'error',
      service: first.key,
      message: `\`${entry.name}\` and \`${first.entry.name}\` are the same service`,
      ...entry.place,
      remedy: 'Keep one of them',
      related: [{ ...first.entry.place, message: 'named here first' }],
    },
  ];
}

function remedyFor(services: readonly ModelService[]): string {
  const keys = services.map((service) => service.key);
  const shown = keys.slice(0, 8).join(', ');
  if (keys.length === 0) return 'The Compose files have no services';
  return keys.length > 8 ? `There are ${shown} and ${keys.length - 8} more` : `There are ${shown}`;
}
