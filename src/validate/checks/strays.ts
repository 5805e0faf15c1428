import { properName } from '../../docker/names.ts';
import type { Service } from '../../fleet/types.ts';
import type { RunState } from '../../journal/projection.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { finding } from '../codes.ts';
import { containersOf, journalStatuses } from '../counts.ts';
import type { Looked, NotLooked, ValidateCheck, ValidateContext } from '../types.ts';

/** Whether there is anything that no release records: containers of unknown services, of unrecorded ones, of a replace that was cut off. */
export const straysCheck: ValidateCheck = {
  name: 'strays',
  title: 'Nothing extra',
  column: null,
  run: async (context) => look(context),
};

function look(context: ValidateContext): Looked | NotLooked {
  const { services, scope, sample } = context;
  if (sample.problem !== null) return { notLooked: sample.problem };
  const findings = [
    ...services.flatMap((service) => [...unfinished(service, context), ...unrecorded(service, context)]),
    ...(scope === 'fleet' ? orphans(context) : []),
    ...notStarted(context),
  ];
  return {
    seen: findings.length === 0 ? 'every container is recorded' : `${sample.containers.length} containers looked at`,
    findings,
    looked: [],
  };
}

/** Compose renames the new container when the old one is gone: one with the temporary name was left half-way (traps T4). */
function unfinished(service: Service, context: ValidateContext): Diagnostic[] {
  const { key } = service;
  const left = (context.observed.services[key]?.containers ?? []).filter(({ temporary }) => temporary);
  return left.map(({ name, state }) =>
    finding('replace-unfinished', {
      service: key,
      message: `${name} (${state}) was left by a replace of ${key} that did not come to its end`,
      remedy: putInOrder(name, { isServing: containersOf(context, service).length > 0, lastRun: context.runs.at(-1) }),
    }),
  );
}

/** What a run left a run puts in order; what somebody else's `docker compose up` left is up to the operator. */
function putInOrder(
  name: string,
  { isServing, lastRun }: { readonly isServing: boolean; readonly lastRun: RunState | undefined },
): string {
  if (lastRun?.outcome === 'running' || lastRun?.outcome === 'interrupted')
    return 'Go on with `slipway rebuild --continue`, which puts it in order';
  // The only container that is left holds the anonymous volumes.
  return isServing
    ? `No run left it: remove it with \`docker rm -f ${name}\``
    : `No run left it, and it is the only one: \`docker rename ${name} ${properName(name)}\`, and start it`;
}

function unrecorded(service: Service, context: ValidateContext): Diagnostic[] {
  const told = context.expected.get(service.key);
  const [first] = containersOf(context, service);
  if (!first || told?.by !== 'nobody' || told.why !== 'no-release') return [];
  return [
    finding('not-recorded', {
      service: service.key,
      message: `${service.key} runs (${first.name}), but no release has it`,
      remedy: '`slipway adopt` records it, so that it can be put back later',
    }),
  ];
}

/** Containers of the fleet's projects that belong to no service of it. */
function orphans({ sample, fleet }: ValidateContext): Diagnostic[] {
  const known = new Set(fleet.services.map(({ key }) => key));
  return sample.containers
    .filter(({ service }) => !known.has(service))
    .map(({ name, service, state }) =>
      finding('orphan-container', {
        message: `${name} (${state}) is of service ${service}, which no Compose file has`,
        remedy: `Remove it when it is not needed: \`docker rm -f ${name}\``,
      }),
    );
}

/** Services that the operator put in a category and that nobody ever started; of what a run began, the check of the last run tells. */
function notStarted(context: ValidateContext): Diagnostic[] {
  const statuses = journalStatuses(context);
  const never = context.services.filter(
    (service) =>
      service.category !== null &&
      !service.hiddenByProfile &&
      service.scale > 0 &&
      containersOf(context, service).length === 0 &&
      context.expected.get(service.key)?.by === 'nobody' &&
      statuses.get(service.key)?.run === null,
  );
  return never.map(({ key }) =>
    finding('not-started', {
      service: key,
      message: `${key} has no container, and no release has it: it was never started`,
      remedy: `Build and start it: \`slipway rebuild ${key}\``,
    }),
  );
}
