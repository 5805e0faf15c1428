import type { Diagnostic } from '../model/diagnostic.ts';
import { checkContainerNames } from './check/container-names.ts';
import { checkMissingFiles, type Operated } from './check/missing-files.ts';
import { remarkGuessedOneShots, remarkSharedTags, remarkUncategorised } from './check/remarks.ts';
import type { Config } from './config-types.ts';
import { buildService, OTHER } from './service/build-service.ts';
import { withFleetEdges } from './service/fleet-edges.ts';
import { matchConfig } from './service/match-config.ts';
import { listServices, type SourcedProject } from './service/model-service.ts';
import type { Category, Fleet } from './types.ts';

/** The fleet of a configuration and its rendered projects, with every finding of laying one over the other. */
export function assembleFleet(
  root: string,
  config: Config,
  projects: readonly SourcedProject[],
): { readonly fleet: Fleet; readonly diagnostics: readonly Diagnostic[] } {
  const models = listServices(projects);
  const matched = matchConfig(config.categories ?? [], models);
  const configured = new Map(matched.configured.map((entry) => [entry.key, entry]));
  const named = matched.configured.map(({ key }) => models.find((model) => model.key === key)!);
  const ordered = [...named, ...models.filter((model) => !configured.has(model.key))];
  const built = ordered.map((model) =>
    buildService(model, configured.get(model.key) ?? null, { config, projects, services: models }),
  );
  const linked = withFleetEdges(
    built.map(({ service }) => service),
    config,
    models,
  );
  const hidden = new Set(linked.services.filter((service) => service.hiddenByProfile).map((service) => service.key));
  const operated: Operated = ({ key }) => configured.has(key) || (config.categories === null && !hidden.has(key));
  const fleet: Fleet = {
    root,
    configFile: config.file,
    settings: config.settings,
    projects: projects.map(({ source: _, ...project }) => project),
    categories: categoriesOf(config),
    services: linked.services,
  };
  // What sits behind a profile that nobody switched on was not meant.
  const meant = ({ key }: { readonly key: string }) => !hidden.has(key) || configured.has(key);
  const guesses = built.flatMap(({ service, guessedOneShot: why }) =>
    why === null || !meant(service) ? [] : [{ key: service.key, why }],
  );
  return {
    fleet,
    diagnostics: [
      ...matched.diagnostics,
      ...built.flatMap(({ diagnostics }) => diagnostics),
      ...linked.diagnostics,
      ...checkMissingFiles(models, operated),
      ...checkContainerNames(models, operated),
      ...remarkSharedTags(linked.services),
      ...remarkGuessedOneShots(guesses),
      ...(config.categories === null ? [] : remarkUncategorised(linked.services.filter(meant))),
    ],
  };
}

function categoriesOf({ categories }: Config): Category[] {
  return categories?.map(({ name, description, risk, priority }) => ({ name, description, risk, priority })) ?? [OTHER];
}
