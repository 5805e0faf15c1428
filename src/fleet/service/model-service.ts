import type { ServiceKey } from '../../model/ids.ts';
import type { ComposeSource } from '../compose-source.ts';
import type { ComposeService, Project } from '../types.ts';

/** A rendered project with its files' text. */
export interface SourcedProject extends Project {
  readonly source: ComposeSource;
}

/** A service of the rendered model, before the configuration is laid over it. */
export interface ModelService {
  readonly key: ServiceKey;
  readonly project: SourcedProject;
  /** The name in the Compose file. */
  readonly name: string;
  readonly compose: ComposeService;
}

/** Every service of the fleet, in the order of the projects and of their Compose files. */
export function listServices(projects: readonly SourcedProject[]): ModelService[] {
  return projects.flatMap((project) =>
    Object.entries(project.model.services)
      .map(([name, compose]) => ({ key: serviceKey(projects, project.name, name), project, name, compose }))
      .map((service) => ({ service, at: position(service) }))
      .sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1])
      .map(({ service }) => service),
  );
}

/** `service`, or `project/service` in a fleet of several projects (contract, section 5). */
export function serviceKey(projects: readonly { readonly name: string }[], project: string, name: string): ServiceKey {
  return projects.length > 1 ? `${project}/${name}` : name;
}

function position({ project, name }: ModelService): [file: number, line: number] {
  const { file, line } = project.source.place(['services', name]);
  return [project.files.indexOf(file), line ?? Number.MAX_SAFE_INTEGER];
}
