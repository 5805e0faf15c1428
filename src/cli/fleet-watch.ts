import { createDockerEngine } from '../docker/engine.ts';
import { createFleetWatch } from '../docker/watch/docker-watch.ts';
import type { FleetWatch, WatchedProject } from '../docker/watch-port.ts';
import type { LoadRequest } from '../fleet/load.ts';
import { projectRefs } from '../fleet/project-refs.ts';
import { serviceKey } from '../fleet/service/model-service.ts';
import type { Fleet, ProjectRef } from '../fleet/types.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { locateConfig } from './fleet-history.ts';
import type { World } from './world.ts';

/** A configuration that cannot be used, or Compose that refuses, is not asked about with each sample. */
const ASK_AGAIN_MS = 10_000;

type Projects = Result<readonly WatchedProject[], string>;

/**
 * Watches the containers of the fleet that these options name. Whatever is wrong, with the configuration, Compose or the engine, is the
 * problem of a sample and tried again later: whoever watches goes on.
 */
export function openFleetWatch(request: LoadRequest, { env, clock }: Pick<World, 'env' | 'clock'>): FleetWatch {
  let found: Projects | null = null;
  let askedMs = 0;
  return createFleetWatch(env, async () => {
    if (found?.ok || (found && clock.now() - askedMs < ASK_AGAIN_MS)) return found;
    found = await findProjects(request, env);
    askedMs = clock.now();
    return found;
  });
}

/** Watches the containers of a fleet that is loaded already. */
export function watchOf({ projects }: Pick<Fleet, 'projects'>, { env }: Pick<World, 'env'>): FleetWatch {
  const watched = projects.map(({ name }) => ({ name, keyOf: (service: string) => serviceKey(projects, name, service) }));
  return createFleetWatch(env, async () => ok(watched));
}

/** Only projects that the configuration gives no name are rendered: Compose says how they are called. */
async function findProjects(request: LoadRequest, env: World['env']): Promise<Projects> {
  const located = await locateConfig(request);
  if (!located.ok) return err(sentence(located.error));
  const { root, config } = located.value;
  const { refs, diagnostics } = projectRefs(config.projects, { ...request, root });
  if (hasErrors(diagnostics)) return err(sentence(diagnostics));
  const names: string[] = [];
  for (const ref of refs) {
    const name = await nameOf(ref, env);
    if (!name.ok) return name;
    names.push(name.value);
  }
  const projects = names.map((name) => ({ name }));
  return ok(projects.map(({ name }) => ({ name, keyOf: (service) => serviceKey(projects, name, service) })));
}

function sentence(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.find(({ severity }) => severity === 'error')!.message;
}

async function nameOf(ref: ProjectRef, env: World['env']): Promise<Result<string, string>> {
  if (ref.name !== '') return ok(ref.name);
  const rendered = await createDockerEngine(env).render(ref);
  return rendered.ok ? ok(rendered.value.model.name) : err(rendered.error.message);
}
