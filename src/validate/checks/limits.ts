import type { Service } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { FleetSample, Usage, WatchedContainer } from '../../model/usage.ts';
import { humanBytes } from '../../util/human.ts';
import { finding } from '../codes.ts';
import { containersOf } from '../counts.ts';
import type { Looked, NotLooked, ValidateCheck, ValidateContext } from '../types.ts';

/** Processor time is a difference of two looks. */
const BETWEEN_LOOKS_MS = 2000;
/** Who is busy for a moment is no finding: what is too much has to last. */
const SECOND_LOOK_MS = 3000;

/** Whether containers use no more memory and processor time than the configuration allows, and none ran out of memory. */
export const limitsCheck: ValidateCheck = {
  name: 'limits',
  title: 'Resources in use',
  column: 'limits',
  run: look,
};

async function look(context: ValidateContext): Promise<Looked | NotLooked> {
  const killed = context.services.flatMap((service) => outOfMemory(service, context));
  let sample = await sampleAfter(BETWEEN_LOOKS_MS, context);
  if (sample.problem !== null) return { notLooked: sample.problem };
  let measured = measuredIn(sample, context);
  if (measured.some((one) => judge(one, sample, context).length > 0)) {
    sample = await sampleAfter(SECOND_LOOK_MS, context);
    if (sample.problem !== null) return { notLooked: sample.problem };
    measured = measuredIn(sample, context);
  }
  const findings = measured.flatMap((one) => judge(one, sample, context));
  return {
    seen: seenOf(measured),
    findings: [...killed, ...findings],
    looked: [...new Set(measured.map(({ service }) => service.key))],
  };
}

/** The look before is the one that all checks share, taken when the facts were gathered, or the one before this. */
async function sampleAfter(ms: number, { clock, watch, signal }: ValidateContext): Promise<FleetSample> {
  await clock.sleep(ms, signal);
  return watch.sample(signal);
}

function measuredIn({ containers, usage }: FleetSample, context: ValidateContext): readonly Measured[] {
  const services = new Map(context.services.map((service) => [service.key, service]));
  const byId = new Map(containers.map((container) => [container.id, container]));
  return usage.flatMap((one) => {
    const container = byId.get(one.container);
    const service = container && services.get(container.service);
    return service ? [{ service, container, usage: one }] : [];
  });
}

interface Measured {
  readonly service: Service;
  readonly container: WatchedContainer;
  readonly usage: Usage;
}

function judge({ service, container, usage }: Measured, { host }: FleetSample, { fleet }: ValidateContext): Diagnostic[] {
  const { memoryPercent, cpuPercent } = fleet.settings.validation.limits;
  const findings: Diagnostic[] = [];
  const memory = usage.memoryLimitBytes ?? host?.memoryBytes ?? null;
  const memoryUsed = memory === null ? 0 : (usage.memoryBytes / memory) * 100;
  if (memoryPercent !== null && memoryUsed > memoryPercent) {
    const whose = usage.memoryLimitBytes === null ? 'the host has' : 'it may use';
    findings.push(
      finding('memory-high', {
        service: service.key,
        message: `${container.name} uses ${humanBytes(usage.memoryBytes)} of memory, ${Math.round(memoryUsed)}% of the ${humanBytes(memory!)} that ${whose}; the limit is ${memoryPercent}%`,
        remedy: 'Look for a leak, or give it more (`mem_limit`); `validation.limits.memory_percent` is the limit',
      }),
    );
  }
  const cpus = cpusOf(service) ?? host?.cpus ?? null;
  const cpuUsed = cpus === null || usage.cpuPercent === null ? 0 : usage.cpuPercent / cpus;
  if (cpuPercent !== null && cpuUsed > cpuPercent) {
    findings.push(
      finding('cpu-high', {
        service: service.key,
        message: `${container.name} uses ${Math.round(cpuUsed)}% of the ${cpus} processors that it may use; the limit is ${cpuPercent}%`,
        remedy: 'Look for what keeps it busy, or give it more (`cpus`); `validation.limits.cpu_percent` is the limit',
      }),
    );
  }
  return findings;
}

/** What the Compose file allows a container; null = all processors of the host. */
function cpusOf({ compose }: Service): number | null {
  const resources = (compose.deploy as { resources?: { limits?: { cpus?: unknown } } } | undefined)?.resources;
  const cpus = Number(compose.cpus ?? resources?.limits?.cpus ?? 0);
  return cpus > 0 ? cpus : null;
}

/** The engine keeps this until the container is started again. */
function outOfMemory(service: Service, context: ValidateContext): Diagnostic[] {
  return containersOf(context, service)
    .filter(({ oomKilled }) => oomKilled)
    .map(({ name }) =>
      finding('out-of-memory', {
        service: service.key,
        message: `The system ended a process of ${name}: its memory ran out`,
        remedy: 'Give it more (`mem_limit`), or look for a leak',
      }),
    );
}

function seenOf(measured: readonly Measured[]): string {
  const bytes = measured.reduce((sum, { usage }) => sum + usage.memoryBytes, 0);
  const cores = measured.reduce((sum, { usage }) => sum + (usage.cpuPercent ?? 0), 0) / 100;
  return measured.length === 0 ? 'no container runs' : `${humanBytes(bytes)} of memory, ${cores.toFixed(1)} processors`;
}
