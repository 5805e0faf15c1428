import type { Service } from '../../fleet/types.ts';
import type { Diagnostic, Severity } from '../../model/diagnostic.ts';
import type { ObservedContainer } from '../../plan/types.ts';
import { counted } from '../../util/human.ts';
import { utcText } from '../../util/instant.ts';
import { finding } from '../codes.ts';
import { containersOf } from '../counts.ts';
import { untouchedSince } from '../expected.ts';
import type { Looked, ValidateCheck, ValidateContext } from '../types.ts';

/** A release records how services are made, not when they started: `slipway adopt` finds nothing new. */
const NOTED = 'Nothing to do when that was meant: it is told until the next `slipway rebuild`, which replaces only what changed';

/** Whether every container has run on since the last run settled it, by Docker's restart counter and by its start time. */
export const restartsCheck: ValidateCheck = {
  name: 'restarts',
  title: 'Restarts since the run',
  column: 'starts',
  run: async (context) => look(context),
};

interface Started {
  readonly service: Service;
  readonly container: ObservedContainer;
  /** When the service was last known to be in order, on the engine's clock, milliseconds. */
  readonly sinceMs: number;
}

function look(context: ValidateContext): Looked {
  const started = context.services.flatMap((service) => startedOf(service, context));
  const again = started.filter(({ container, sinceMs }) => Date.parse(container.startedAt!) > sinceMs);
  const findings = again.flatMap((one) => judge(one, context.fleet.settings.validation.limits.restarts) ?? []);
  const looked = [...new Set(started.map(({ service }) => service.key))];
  const engine = engineRestarted(started, findings);
  return {
    seen: findings.length === 0 ? 'none' : `${counted(again.length, 'container')} of ${started.length} started again`,
    findings: engine ? [engine, ...findings.filter(({ severity }) => severity === 'error')] : findings,
    looked,
  };
}

function startedOf(service: Service, context: ValidateContext): Started[] {
  const since = untouchedSince(service.key, context.runs, context.release);
  const told = context.expected.get(service.key);
  // Of what no release has it is not known how it was.
  if (since === null || (told?.by === 'nobody' && told.why === 'no-release')) return [];
  const sinceMs = Date.parse(since) + context.engineAheadMs;
  const containers = containersOf(context, service).filter(({ startedAt }) => startedAt !== null);
  return containers.map((container) => ({ service, container, sinceMs }));
}

/** What it means that a container started after the run was done with it; null = within what the configuration allows. */
function judge({ service, container, sinceMs }: Started, allowed: number): Diagnostic | null {
  const { name, restartCount, exitCode, startedAt, createdAt } = container;
  const told = (code: Parameters<typeof finding>[0], message: string, remedy: string) =>
    finding(code, { service: service.key, message, remedy });
  const at = utcText(startedAt!);
  const logs = `See \`slipway logs ${service.key} --container\``;
  if (service.kind === 'one-shot')
    return told(
      'one-shot-again',
      `${name} ran again at ${at}, not by a run`,
      'Look for what started it: a plain `docker compose up` does',
    );
  if (Date.parse(createdAt) > sinceMs)
    return told(
      'container-replaced',
      `${name} was made anew at ${utcText(createdAt)}, not by a run`,
      `What runs is compared with the release all the same. ${NOTED}`,
    );
  if (restartCount === 0) return told('started-again', `${name} was started again at ${at}, by hand or with the engine`, logs);
  if (restartCount <= allowed) return null;
  const limit = allowed > 0 ? ` (${allowed} allowed)` : '';
  const ended = exitCode === 0 ? '' : `, after it ended with code ${exitCode}`;
  return told(
    'restarted',
    `${name} ended by itself and was restarted: ${counted(restartCount, 'restart')}${limit}, the last at ${at}${ended}`,
    logs,
  );
}

/** An engine that comes back starts everything: one remark instead of one for each service. */
function engineRestarted(started: readonly Started[], findings: readonly Diagnostic[]): Diagnostic | null {
  const running = started.filter(({ container }) => container.state === 'running');
  const bySeverity = (severity: Severity) => findings.filter((one) => one.severity === severity);
  const again = bySeverity('warning').filter(({ code }) => code === 'started-again');
  if (running.length < 2 || again.length < running.length) return null;
  const first = running.map(({ container }) => container.startedAt!).sort()[0]!;
  return finding('engine-restarted', {
    message: `All ${running.length} containers were started again, the first at ${utcText(first)}: the engine or the machine was restarted`,
    remedy: NOTED,
  });
}
