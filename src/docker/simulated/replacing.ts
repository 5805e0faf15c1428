import { COMPOSE_LABEL } from '../labels.ts';
import type { ReplaceRequest } from '../port.ts';
import type { StartShadow } from '../preflight.ts';
import type { ComposeUp } from '../start-first.ts';
import type { Calls } from './calls.ts';
import { composeResult, runClient } from './client-calls.ts';
import { composeUp } from './compose-up.ts';
import { type Definition, definitionOf } from './definition.ts';

/** The Compose call inside `replace`: a process of its own, which may outlive the Slipway that started it. */
export function upOf({ world, life }: Calls): ComposeUp {
  return async (request, { mode, scale }, io) => {
    const ended = await runClient(world, order(request, life, io.signal), (client) =>
      composeUp(client, { definition: definitionFor(request), mode, scale }),
    );
    return composeResult(ended, { call: 'docker compose up', code: 'replace-failed' });
  };
}

/** The Compose call inside `preflight`: a one-off container without name, ports and restart policy. */
export function shadowOf({ world, life }: Calls): StartShadow {
  return async ({ request, name, labels }, io) => {
    const { service, project, image } = request;
    const definition: Definition = {
      ...definitionOf(service, project.model),
      ports: [],
      restart: { name: 'no', attempts: 0 },
    };
    const own = {
      [COMPOSE_LABEL.project]: service.project,
      [COMPOSE_LABEL.service]: service.name,
      [COMPOSE_LABEL.oneOff]: 'True',
    };
    const ended = await runClient(world, order(request, life, io.signal), async ({ caller }) => {
      await caller.request(() => {}, 'composeMs');
      const made = await caller.create({ name, image, labels: { ...own, ...labels }, definition });
      await caller.start(made.id);
    });
    return composeResult(ended, { call: 'docker compose run', code: 'preflight-failed' });
  };
}

function definitionFor({ service, project, stored }: ReplaceRequest): Definition {
  return definitionOf(service, stored?.model ?? project.model);
}

function order({ project, service }: Pick<ReplaceRequest, 'project' | 'service'>, owner: Calls['life'], signal: AbortSignal) {
  return { program: 'docker-compose', project: project.name, service: service.key, owner, signal } as const;
}
