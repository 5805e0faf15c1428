import { readFileSync } from 'node:fs';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import type { Result } from '../model/result.ts';
import { fsTrouble } from '../util/fs-error.ts';
import { assembleFleet } from './assemble.ts';
import { remarkComposeWarnings } from './check/compose-warnings.ts';
import { explainRejection, type RenderProblem } from './check/rejected.ts';
import { type ComposeSource, readComposeSource } from './compose-source.ts';
import { loadConfig } from './config/load.ts';
import type { Config, LoadedConfig } from './config-types.ts';
import { withEvidence } from './evidence.ts';
import { type Located, type LocateRequest, locateProject } from './locate.ts';
import { duplicateProject, projectRefs } from './project-refs.ts';
import { salvageConfig } from './salvage.ts';
import type { SourcedProject } from './service/model-service.ts';
import type { Fleet, ProjectRef, RenderedModel } from './types.ts';

/** What a command was given to find its fleet; paths as written. */
export interface LoadRequest extends LocateRequest {
  readonly envFiles: readonly string[];
  readonly profiles: readonly string[];
  /** `not-needed`: nothing will be built or tested, so folders and files that only serve that may be missing. */
  readonly sources?: 'not-needed';
}

/** What only a build or a test misses. */
const OF_SOURCES = ['missing-build-context', 'missing-dockerfile', 'missing-test-mount'];

/** The engine port's `render`; a reference with an empty name leaves the naming to Compose. */
export type Render = (project: ProjectRef) => Promise<Result<RenderedModel, RenderProblem>>;

/** `fleet` is null exactly when there is an error among the diagnostics. */
export interface LoadedFleet {
  readonly fleet: Fleet | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the configuration, has every project rendered and lays one over the other; reports all problems of both at once. */
export async function loadFleet(request: LoadRequest, render: Render): Promise<LoadedFleet> {
  const located = locateProject(request);
  if (!located.ok) return { fleet: null, diagnostics: [located.error] };
  const { config, diagnostics, text } = readConfig(located.value);
  if (config === null) return { fleet: null, diagnostics };
  const laid = await layOver({ root: located.value.root, config }, request, render);
  const found = [...diagnostics, ...laid.diagnostics];
  const told = request.sources === 'not-needed' ? found.filter((d) => !OF_SOURCES.includes(d.code)) : found;
  const all = withEvidence(told, new Map([...laid.texts, [config.file ?? '', text] as const]));
  return { fleet: hasErrors(all) ? null : laid.fleet, diagnostics: all };
}

/** A configuration and where its paths start. */
export interface Configured {
  readonly root: string;
  readonly config: Config;
}

/** What a configuration comes to on its rendered projects. */
export interface LaidOver {
  /** Also with errors found; null when a project could not be rendered. */
  readonly fleet: Fleet | null;
  /** Those that could be rendered. */
  readonly projects: readonly SourcedProject[];
  readonly diagnostics: readonly Diagnostic[];
  /** The Compose files' text by path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Has every project of a configuration rendered and lays the configuration over them. */
export async function layOver(
  { root, config }: Configured,
  inputs: Pick<LoadRequest, 'envFiles' | 'profiles'>,
  render: Render,
): Promise<LaidOver> {
  const { refs, diagnostics: refProblems } = projectRefs(config.projects, { root, ...inputs });
  const rendered = await Promise.all(refs.map((ref) => renderProject(ref, render)));
  const projects = rendered.flatMap(({ project }) => (project === null ? [] : [project]));
  const problems = [...refProblems, ...rendered.flatMap((r) => r.diagnostics), ...sameNames(projects)];
  // With a project missing every name of it would look unknown.
  const complete = projects.length === Math.max(1, config.projects.length);
  const assembled = complete ? assembleFleet(root, config, projects) : null;
  return {
    fleet: assembled?.fleet ?? null,
    projects,
    diagnostics: [...problems, ...(assembled?.diagnostics ?? [])],
    texts: new Map(rendered.flatMap(({ source }) => [...source.texts])),
  };
}

interface ReadConfig extends LoadedConfig {
  readonly text: string;
}

/** With errors in it, what can be salvaged of the configuration still serves to check its names. */
function readConfig({ configFile }: Located): ReadConfig {
  if (configFile === null) return { ...loadConfig(null, null), text: '' };
  try {
    const text = readFileSync(configFile, 'utf8');
    const { config, diagnostics } = loadConfig(text, configFile);
    return { config: config ?? salvageConfig(configFile), diagnostics, text };
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const { reason, remedy } = fsTrouble(error);
    const message = `The configuration cannot be read: ${reason}`;
    return {
      config: null,
      diagnostics: [{ code: 'unreadable-config', severity: 'error', message, file: configFile, remedy }],
      text: '',
    };
  }
}

interface Rendered {
  readonly project: SourcedProject | null;
  readonly source: ComposeSource;
  readonly diagnostics: readonly Diagnostic[];
}

/** The files are read for their places while Compose renders: that costs no time of its own. */
async function renderProject(ref: ProjectRef, render: Render): Promise<Rendered> {
  const answer = render(ref);
  const source = readComposeSource(ref.files);
  const result = await answer;
  if (!result.ok) return { project: null, source, diagnostics: explainRejection(ref, source, result.error) };
  const { model, warnings } = result.value;
  return {
    project: { ...ref, name: model.name, model, source },
    source,
    diagnostics: remarkComposeWarnings(source, warnings),
  };
}

/** Names that Compose gave; two that the configuration gave are reported there. */
function sameNames(projects: readonly SourcedProject[]): Diagnostic[] {
  return projects.flatMap((project, index) => {
    const first = projects.slice(0, index).find((other) => other.name === project.name);
    return first
      ? [duplicateProject(project.name, { place: project.source.place(['name']) }, { place: first.source.place(['name']) })]
      : [];
  });
}
