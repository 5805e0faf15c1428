import type { Service } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ObservedContainer } from '../../plan/types.ts';
import { assertNever } from '../../util/assert.ts';
import { counted } from '../../util/human.ts';
import { utcText } from '../../util/instant.ts';
import { finding, type ValidateCode } from '../codes.ts';
import { composeUp } from '../compose-command.ts';
import { containersOf, isUp } from '../counts.ts';
import type { Looked, ValidateCheck, ValidateContext } from '../types.ts';

/** Whether each service is up and healthy, and each one-shot done. */
export const upCheck: ValidateCheck = {
  name: 'up',
  title: 'Up and healthy',
  column: 'up',
  run: async (context) => lookAtAll(context),
};

function lookAtAll(context: ValidateContext): Looked {
  const looked = context.services.filter(
    (service) => containersOf(context, service).length > 0 || context.expected.get(service.key)?.by === 'release',
  );
  const findings = looked.flatMap((service) => lookAt(service, context));
  const up = looked.filter((service) => isUp(service, containersOf(context, service))).length;
  return { seen: `${up} of ${looked.length} up`, findings, looked: looked.map(({ key }) => key) };
}

function lookAt(service: Service, context: ValidateContext): Diagnostic[] {
  const containers = containersOf(context, service);
  if (containers.length === 0)
    return [
      finding('container-missing', {
        service: service.key,
        message: `${service.key} has no container`,
        remedy: startIt(service, context),
      }),
    ];
  return [
    ...replicas(service, containers, context),
    ...containers.flatMap((container) => judge({ service, container, context }) ?? []),
  ];
}

/** As many containers as the release's configuration asks for. */
function replicas(service: Service, containers: readonly ObservedContainer[], context: ValidateContext): Diagnostic[] {
  const { key } = service;
  const wanted = context.recorded.get(key)?.scale ?? containers.length;
  if (containers.length === wanted) return [];
  const message = `${key} has ${containers.length} of ${counted(wanted, 'container')}`;
  const remedy = `Have Compose put it right: \`${composeUp(service, context.fleet)}\``;
  return [finding(containers.length < wanted ? 'replicas-missing' : 'replicas-extra', { service: key, message, remedy })];
}

interface Judged {
  readonly service: Service;
  readonly container: ObservedContainer;
  readonly context: ValidateContext;
}

/** What is wrong with one container; null = nothing. */
function judge(judged: Judged): Diagnostic | null {
  const { container, service, context } = judged;
  const logs = `See \`slipway logs ${service.key} --container\``;
  switch (container.state) {
    case 'running':
      return judgeRunning(judged);
    case 'created':
      return bad(judged, 'never-started', {
        says: 'was created, but never started',
        evidence: container.error,
        remedy: startIt(service, context),
      });
    case 'paused':
      return bad(judged, 'container-paused', { says: 'is paused', remedy: `Go on with \`docker unpause ${container.name}\`` });
    case 'restarting':
      return bad(judged, 'restarting', {
        says: `ended with code ${container.exitCode} and is being restarted (restart ${container.restartCount})`,
        remedy: logs,
      });
    case 'removing':
    case 'dead':
      return bad(judged, 'container-dead', {
        says: `is ${container.state}`,
        evidence: container.error,
        remedy: `Remove it with \`docker rm ${container.name}\`, then rebuild ${service.key}`,
      });
    case 'exited':
      return judgeExited(judged, logs);
    default:
      return assertNever(container.state);
  }
}

function judgeRunning(judged: Judged): Diagnostic | null {
  const { container, service } = judged;
  if (service.kind === 'one-shot')
    return bad(judged, 'one-shot-running', { says: 'is still at work', remedy: 'Validate again when it is done' });
  const last = container.healthLog.at(-1);
  // What the check said before the present start says nothing about it.
  const fresh = last !== undefined && container.startedAt !== null && last.at > container.startedAt;
  if (container.health === 'unhealthy' && fresh)
    return bad(judged, 'unhealthy', {
      says: 'is unhealthy',
      evidence: `exit ${last.exitCode}: ${last.output}`,
      remedy: 'What the check runs is in the Compose file or the image (`healthcheck`)',
    });
  if (container.health === 'starting' || (container.health !== 'none' && !fresh))
    return bad(judged, 'health-starting', {
      says: 'has not come to a result of its health check since it started',
      remedy: 'Validate again in a moment',
    });
  return null;
}

function judgeExited(judged: Judged, logs: string): Diagnostic | null {
  const { container, service } = judged;
  const { exitCode, finishedAt, oomKilled, error } = container;
  if (service.kind === 'one-shot') {
    if (exitCode === 0) return null;
    return bad(judged, 'one-shot-failed', { says: `ended with code ${exitCode}`, evidence: error, remedy: logs });
  }
  const when = finishedAt === null ? '' : ` at ${utcText(finishedAt)}`;
  const memory = oomKilled ? ', killed for want of memory' : '';
  return bad(judged, 'not-running', {
    says: `ended with code ${exitCode}${memory}${when}`,
    evidence: error,
    remedy: `${logs}, and start it: \`docker start ${container.name}\``,
  });
}

function bad(
  { service, container, context }: Judged,
  code: ValidateCode,
  told: { readonly says: string; readonly evidence?: string; readonly remedy: string },
): Diagnostic {
  const evidence = context.redactor.text(told.evidence ?? '').trim();
  const message = `${container.name} ${told.says}`;
  return finding(code, { service: service.key, message, ...(evidence && { evidence }), remedy: told.remedy });
}

function startIt(service: Service, { fleet }: ValidateContext): string {
  return `Start it: \`${composeUp(service, fleet)}\``;
}
