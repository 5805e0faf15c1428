import { relative, resolve } from 'node:path';
import { assembleFleet } from '../fleet/assemble.ts';
import { loadConfig } from '../fleet/config/load.ts';
import type { ConfigProject } from '../fleet/config-types.ts';
import { withEvidence } from '../fleet/evidence.ts';
import { type LaidOver, layOver, type Render } from '../fleet/load.ts';
import type { SourcedProject } from '../fleet/service/model-service.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { readBuildSources } from './build-sources.ts';
import { proposalToYaml } from './proposal-yaml.ts';
import { proposeConfig } from './propose.ts';
import type { Proposal, ProposedProject } from './types.ts';

/** What a proposal is asked for: all paths absolute, env files and profiles as given on the command line. */
export interface ProposalRequest {
  readonly root: string;
  /** Empty = the one Compose project of the root. */
  readonly projects: readonly ConfigProject[];
  readonly envFiles: readonly string[];
  readonly profiles: readonly string[];
  /** Where the text will be; its messages and the schema's address depend on it. */
  readonly file: string;
  readonly schema: string;
}

export interface Proposed {
  readonly proposal: Proposal;
  readonly text: string;
  /** What loading the text finds; what is wrong with the Compose files themselves is still there. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Has Compose render the projects, proposes a configuration for them, and loads it to see whether it is sound. Nothing is written. */
export async function proposeFleet(request: ProposalRequest, render: Render): Promise<Result<Proposed, readonly Diagnostic[]>> {
  const { root, envFiles, profiles } = request;
  const config = { ...loadConfig(null, null).config!, projects: request.projects };
  const laid = await layOver({ root, config }, { envFiles, profiles }, render);
  if (laid.fleet === null) return err(withEvidence(laid.diagnostics, laid.texts));
  const sources = readBuildSources(laid.fleet);
  const written = writtenProjects(request, laid.projects);
  const proposal = proposeConfig({ fleet: laid.fleet, projects: laid.projects, sources, written });
  const from = [...laid.texts.keys()].map((file) => relative(root, file)).sort();
  const text = proposalToYaml(proposal, { schema: request.schema, from });
  return ok({ proposal, text, diagnostics: checkText(text, request.file, { root, laid }) });
}

/** What a configuration's text comes to on projects that are rendered already. */
export function checkText(
  text: string,
  file: string,
  { root, laid }: { readonly root: string; readonly laid: Pick<LaidOver, 'projects' | 'texts'> },
): readonly Diagnostic[] {
  const loaded = loadConfig(text, file);
  const assembled = loaded.config && assembleFleet(root, loaded.config, laid.projects);
  return withEvidence([...loaded.diagnostics, ...(assembled?.diagnostics ?? [])], new Map([...laid.texts, [file, text]]));
}

/** The projects as the file has to name them; none when the usual files of the project dir are all that is meant. */
function writtenProjects(
  { root, projects, envFiles, profiles }: ProposalRequest,
  rendered: readonly SourcedProject[],
): ProposedProject[] {
  if (projects.length === 0 && envFiles.length === 0 && profiles.length === 0) return [];
  const several = rendered.length > 1;
  return rendered.map((project, i) => {
    const asked = projects[i];
    return {
      // Services are named `project/service` in a fleet of several; alone, Compose's own rule for the name stays in force.
      name: several ? project.name : null,
      directory: asked?.directory ?? null,
      files: asked?.files ?? [],
      profiles,
      envFiles: envFiles.map((file) => relative(project.directory, resolve(root, file))),
    };
  });
}
