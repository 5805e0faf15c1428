import type { Project, ProjectRef, RenderedModel, StoredProject } from '../../fleet/types.ts';
import type { Result } from '../../model/result.ts';
import { childEnvironment, type Environment } from '../environment.ts';
import { childMark } from '../orphans.ts';
import type { BuildFacts, BuildRequest, EngineFacts, EngineProblem, ReplaceRequest, StepFailure, StepIo } from '../port.ts';
import { BakeFiles } from './bake-files.ts';
import { buildCandidate } from './build.ts';
import { readFacts } from './facts.ts';
import { findTools, type Tools } from './plugins.ts';
import { type PullTools, pullCandidate } from './pull.ts';
import { renderProject } from './render.ts';
import { type Shadow, startShadow } from './shadow.ts';
import { composeUp, type UpHow } from './up.ts';
import { secretVariables } from './variables.ts';

/** The half of the engine port that goes through the docker CLIs; one object for a process, so that bake files are printed once. */
export class DockerCli {
  readonly #tools: Tools;
  readonly #env: Readonly<Record<string, string>>;
  readonly #images: PullTools['images'];
  readonly #bakeFiles: BakeFiles;

  /** `own` is this process's environment; `images` are the engine's image calls. */
  constructor(own: Environment, images: PullTools['images']) {
    this.#tools = findTools(own);
    this.#env = childEnvironment(own);
    this.#images = images;
    this.#bakeFiles = new BakeFiles(this.#tools, this.#env);
  }

  facts(): Promise<Result<EngineFacts, EngineProblem>> {
    return readFacts({ tools: this.#tools, env: this.#env });
  }

  render(project: ProjectRef): Promise<Result<RenderedModel, EngineProblem>> {
    return renderProject({ tools: this.#tools, env: this.#env }, project);
  }

  variables(project: Project): Promise<Result<StoredProject['environment'], EngineProblem>> {
    return secretVariables({ tools: this.#tools, env: this.#env }, project);
  }

  build(request: BuildRequest, io: StepIo): Promise<Result<BuildFacts, StepFailure>> {
    const { inspect } = this.#images;
    const { tools, env } = this.#working(request.project.name);
    return buildCandidate({ tools, env, bakeFiles: this.#bakeFiles, inspectImage: inspect }, request, io);
  }

  pull(request: BuildRequest, io: StepIo): Promise<Result<BuildFacts, StepFailure>> {
    return pullCandidate({ ...this.#working(request.project.name), images: this.#images }, request, io);
  }

  /** The Compose call inside `replace`. */
  up(
    request: Pick<ReplaceRequest, 'project' | 'service' | 'stored'>,
    how: UpHow,
    io: Pick<StepIo, 'signal' | 'log'>,
  ): Promise<Result<null, StepFailure>> {
    return composeUp(this.#working(request.project.name), request, { how, io });
  }

  /** The Compose call inside `preflight`. */
  shadow(shadow: Shadow, io: Pick<StepIo, 'signal' | 'log'>): Promise<Result<null, StepFailure>> {
    return startShadow(this.#working(shadow.request.project.name), shadow, io);
  }

  /** For calls that change something: marked, so that one that outlives this process can be found and ended. */
  #working(project: string): { readonly tools: Tools; readonly env: Readonly<Record<string, string>> } {
    return { tools: this.#tools, env: { ...this.#env, ...childMark(project) } };
  }
}
