import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Config } from '../config-types.ts';
import type { Category, ComposeService, Service } from '../types.ts';
import { composeEdges } from './edges.ts';
import { dockerHealthcheck, stopGraceMs } from './healthcheck.ts';
import { serviceKind } from './kind.ts';
import type { ConfiguredService } from './match-config.ts';
import type { ModelService, SourcedProject } from './model-service.ts';
import { decideProbe } from './probe.ts';
import { publishedPorts } from './published-ports.ts';
import { startFirstObstacles } from './start-first.ts';
import { noTest, testSpec } from './test-spec.ts';

/** The one category of a fleet whose configuration names none (contract, section 4). */
export const OTHER: Category = { name: 'other', description: '', risk: 'low', priority: '' };

/** What a service is built from beside its own two descriptions. */
export interface BuildContext {
  readonly config: Config;
  readonly projects: readonly SourcedProject[];
  readonly services: readonly ModelService[];
}

export interface BuiltService {
  readonly service: Service;
  readonly diagnostics: readonly Diagnostic[];
  /** Why it was taken for a one-shot when nobody said so. */
  readonly guessedOneShot: string | null;
}

/** Lays what the configuration says over what Compose says. `configured` null: the configuration does not name the service. */
export function buildService(model: ModelService, configured: ConfiguredService | null, context: BuildContext): BuiltService {
  const { compose, project } = model;
  const { settings } = context.config;
  const entry = configured?.entry;
  const hiddenByProfile = isHidden(compose, project.profiles);
  // Without categories everything is meant that a plain `up` would start; a service behind a profile has to be asked for.
  const category = configured?.category ?? (context.config.categories === null && !hiddenByProfile ? OTHER : null);
  const kind = serviceKind(model.name, project.model.services, entry?.kind);
  const asked = entry
    ? decideProbe({ service: model, entry, defaultPath: context.config.healthPaths[entry.stack], services: context.services })
    : { probe: { kind: 'none' } as const, diagnostics: [] };
  const tested = entry
    ? testSpec(entry, { directory: project.directory, timeoutMs: settings.timeouts.testMs })
    : { test: noTest(settings.timeouts.testMs), diagnostics: [] };
  const service: Service = {
    key: model.key,
    project: project.name,
    name: model.name,
    category: category?.name ?? null,
    // In no category: it is only started when something needs it, which must not make that thing riskier.
    risk: category?.risk ?? 'low',
    critical: entry?.critical ?? false,
    stack: entry?.stack ?? 'other',
    kind: kind.kind,
    image: liveImage(project.name, model.name, compose.image),
    build: compose.build ?? null,
    scale: compose.scale ?? compose.deploy?.replicas ?? 1,
    hiddenByProfile,
    dependsOn: composeEdges(model, context.projects),
    probe: asked.probe,
    healthcheck: dockerHealthcheck(compose),
    test: tested.test,
    replace: {
      order: entry?.replace.order ?? settings.replace.order,
      preflight: entry?.replace.preflight ?? settings.replace.preflight,
    },
    startFirstObstacles: startFirstObstacles(compose, kind.kind),
    stopGraceMs: stopGraceMs(compose),
    published: publishedPorts(compose).fixed,
    anonymousVolumes: anonymousVolumes(compose),
    compose,
    place: entry?.place ?? project.source.place(['services', model.name]),
  };
  return { service, diagnostics: [...asked.diagnostics, ...tested.diagnostics], guessedOneShot: kind.guessed };
}

/** The tag that Compose runs: as written with `:latest` where none is, or `<project>-<service>:latest`; a digest stays. */
function liveImage(project: string, name: string, image: string | undefined): string {
  const written = image || `${project}-${name}`;
  const lastPart = written.slice(written.lastIndexOf('/') + 1);
  return lastPart.includes(':') || lastPart.includes('@') ? written : `${written}:latest`;
}

function isHidden({ profiles = [] }: ComposeService, active: readonly string[]): boolean {
  return profiles.length > 0 && !active.includes('*') && !profiles.some((profile) => active.includes(profile));
}

/** Container paths of the volumes that have no name. */
export function anonymousVolumes({ volumes = [] }: ComposeService): string[] {
  return volumes.filter(({ type, source }) => type === 'volume' && !source).map(({ target }) => target);
}
