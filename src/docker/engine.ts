import { err } from '../model/result.ts';
import { createApi, unusableApi } from './api/client.ts';
import { apiVerbs, openApiSession, replaceVerbs } from './api/verbs.ts';
import { attachedToExisting } from './attached.ts';
import { DockerCli } from './cli/docker-cli.ts';
import { dockerEndpoint, type Environment } from './environment.ts';
import { endOrphans } from './orphans.ts';
import type { Engine } from './port.ts';
import { preflightService } from './preflight.ts';
import { replaceService } from './replace.ts';
import type { ComposeUp } from './start-first.ts';

/**
 * The real engine: the one that the docker CLI would use with this environment. Compose and buildx do what they are the reference for,
 * the Engine API all the rest. Nothing is connected before the first verb; an engine that cannot be reached fails each verb.
 */
export function createDockerEngine(own: Environment): Engine {
  const endpoint = dockerEndpoint(own);
  const session = openApiSession(endpoint.ok ? createApi(endpoint.value) : unusableApi(endpoint.error));
  const verbs = apiVerbs(session);
  const cli = new DockerCli(own, { inspect: verbs.image, tag: verbs.tag, untag: verbs.untag });
  const replacing = replaceVerbs(session);
  const up: ComposeUp = async ({ stored, ...request }, how, io) => {
    return cli.up({ ...request, stored: stored && (await attachedToExisting(session.api, stored)) }, how, io);
  };
  return {
    ...verbs,
    facts: async () => (endpoint.ok ? cli.facts() : err(endpoint.error)),
    render: (project) => cli.render(project),
    variables: (project) => cli.variables(project),
    build: (request, io) => cli.build(request, io),
    pull: (request, io) => cli.pull(request, io),
    preflight: (request, io) => preflightService(replacing, { request, shadow: (shadow, to) => cli.shadow(shadow, to) }, io),
    replace: (request, io) => replaceService(replacing, { request, up }, io),
    endOrphans,
  };
}
