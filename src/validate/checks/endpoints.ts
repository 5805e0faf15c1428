import type { ProbeSample } from '../../docker/port.ts';
import { connectHost } from '../../fleet/service/published-ports.ts';
import type { Probe, Service } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ContainerId } from '../../model/ids.ts';
import { mapBounded } from '../../util/bounded.ts';
import { humanDuration } from '../../util/human.ts';
import { finding } from '../codes.ts';
import { containersOf } from '../counts.ts';
import type { Looked, ValidateCheck, ValidateContext } from '../types.ts';

const ASKED_AT_ONCE = 16;
/** Before a second try: one lost answer is no finding. */
const PAUSE_MS = 250;
/** What loading the fleet remarks of ports, and that matters here: a check at the wrong port would have proved nothing. */
const PORT_REMARKS = ['port-of-other-service', 'port-not-published'];

/** Whether services answer where they are published on this host, as an operator's own check would ask, and in time. */
export const endpointsCheck: ValidateCheck = {
  name: 'endpoints',
  title: 'Answers',
  column: 'answer',
  run: look,
};

interface Asked {
  readonly service: Service;
  readonly container: ContainerId;
  readonly probe: Exclude<Probe, { kind: 'none' }>;
  /** Its health check as configured, or only that something listens on a published port. */
  readonly asks: 'health' | 'port';
}

async function look(context: ValidateContext): Promise<Looked> {
  const asked = context.services.flatMap((service) => questionsFor(service, context));
  const answers = await mapBounded(asked, ASKED_AT_ONCE, async (one) => ({ one, answer: await ask(one, context) }));
  const findings = answers.flatMap(({ one, answer }) => judge(one, answer, context) ?? []);
  const looked = [...new Set(asked.map(({ service }) => service.key))];
  const bad = new Set(findings.map(({ service }) => service)).size;
  const slowest = Math.max(0, ...answers.flatMap(({ answer }) => (answer.sample.good ? [answer.tookMs] : [])));
  const times = slowest > 0 ? `, the slowest in ${Math.round(slowest)} ms` : '';
  const seen =
    looked.length === 0
      ? 'no service that is up has a port or a check'
      : `${looked.length - bad} of ${looked.length} answer${times}`;
  return { seen, findings: [...findings, ...portRemarks(context)], looked };
}

/** A service that is not up is not asked: that it is not is a finding already. */
function questionsFor({ key }: Service, context: ValidateContext): Asked[] {
  const service = context.recorded.get(key)!;
  const container = containersOf(context, service).find(({ state }) => state === 'running');
  if (!container || service.kind === 'one-shot') return [];
  const { probe } = service;
  if (probe.kind !== 'none') return [{ service, container: container.id, probe, asks: 'health' }];
  return service.published
    .filter(({ protocol }) => protocol === 'tcp')
    .map(({ hostIp, port }) => ({
      service,
      container: container.id,
      probe: { kind: 'tcp', host: connectHost(hostIp), port },
      asks: 'port',
    }));
}

interface Answer {
  readonly sample: ProbeSample;
  readonly tookMs: number;
}

/** The better of two tries; one is enough when it is good and in time. */
async function ask(asked: Asked, context: ValidateContext): Promise<Answer> {
  const first = await askOnce(asked, context);
  if (first.sample.good && first.tookMs <= limitMs(context)) return first;
  await context.clock.sleep(PAUSE_MS, context.signal);
  const second = await askOnce(asked, context);
  const isBetter = second.sample.good && (!first.sample.good || second.tookMs < first.tookMs);
  return isBetter || !first.sample.good ? second : first;
}

async function askOnce({ probe, container }: Asked, { engine, clock, fleet }: ValidateContext): Promise<Answer> {
  const beganMs = clock.now();
  const sample = await engine.probe(probe, container, fleet.settings.health.timeoutMs);
  return { sample, tookMs: clock.now() - beganMs };
}

function limitMs({ fleet }: ValidateContext): number {
  return fleet.settings.validation.limits.responseTimeMs;
}

function judge({ service, probe, asks }: Asked, { sample, tookMs }: Answer, context: ValidateContext): Diagnostic | null {
  const at = placeOf(probe);
  const text = context.redactor.text(sample.text);
  const logs = `See \`slipway logs ${service.key} --container\``;
  if (!sample.good && asks === 'port')
    return finding('port-closed', {
      service: service.key,
      message: `Nothing of ${service.key} listens at ${at}, which it publishes: ${text}`,
      remedy: `${logs}; leave the port out when nothing is meant to listen there`,
    });
  if (!sample.good)
    return finding('endpoint-failed', {
      service: service.key,
      message: `${service.key} does not answer well at ${at}: ${text}`,
      remedy: logs,
    });
  const most = limitMs(context);
  if (tookMs <= most) return null;
  return finding('endpoint-slow', {
    service: service.key,
    message: `${service.key} took ${humanDuration(tookMs)} to answer at ${at}; the limit is ${humanDuration(most)}`,
    remedy: `${logs}; the limit is \`validation.limits.response_time\``,
  });
}

function placeOf(probe: Asked['probe']): string {
  switch (probe.kind) {
    case 'http':
      return `http://${probe.host}:${probe.port}${probe.path}`;
    case 'tcp':
      return `${probe.host}:${probe.port}`;
    case 'command':
      return 'its health command';
  }
}

function portRemarks({ loadDiagnostics, services }: ValidateContext): Diagnostic[] {
  const keys = new Set(services.map(({ key }) => key));
  return loadDiagnostics
    .filter(({ code, service }) => PORT_REMARKS.includes(code) && service !== undefined && keys.has(service))
    .map(({ severity: _, code: __, ...remark }) => finding('configured-port-wrong', remark));
}
