import type { FleetWatch } from '../docker/watch-port.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ContainerId, Instant } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { WatchedContainer } from '../model/usage.ts';
import { nearest } from '../util/nearest.ts';
import { printable } from '../util/printable.ts';
import type { World } from './world.ts';

/** How often it is looked whether a service has other containers now, milliseconds. */
const LOOK_MS = 2000;
/** Of a container that came while its service was followed: as good as everything. */
const FROM_ITS_BEGINNING = 10_000;

/** What is printed: a service as the operator wrote it. */
export interface ContainerLogRequest {
  readonly service: string;
  readonly tailLines: number;
  readonly mode: 'once' | 'follow';
  /** Only what was written from this instant on, by the engine's clock; null = from the beginning. Not followed. */
  readonly since: Instant | null;
}

type Printer = (container: WatchedContainer, line: string) => void;

/**
 * Prints what the containers of a service wrote, each line after its container's name when there are several. Followed, it goes on with those
 * that come in their place, until the operator interrupts.
 */
export async function printContainerLogs(
  request: ContainerLogRequest,
  watch: FleetWatch,
  { out, clock }: Pick<World, 'out' | 'clock'>,
): Promise<Result<null, Diagnostic>> {
  const ending = new AbortController();
  const found = await containersOf(request.service, watch, ending.signal);
  if (!found.ok) return found;
  const isAlone = found.value.length === 1;
  const print: Printer = ({ name }, line) => {
    const text = isAlone ? line : `${name} | ${line}`;
    out.write(`${out.isTty ? printable(text) : text}\n`);
  };
  if (request.mode === 'once') return printTails(found.value, { request, watch, print, signal: ending.signal });
  const followed = new Set<ContainerId>();
  for (let containers = found.value, tailLines = request.tailLines; ; tailLines = FROM_ITS_BEGINNING) {
    for (const container of containers.filter(({ id }) => !followed.has(id))) {
      followed.add(container.id);
      void follow(container, { tailLines, watch, print, signal: ending.signal });
    }
    await clock.sleep(LOOK_MS);
    const now = await containersOf(request.service, watch, ending.signal);
    // Between two containers there is none for a while, and an engine comes back.
    containers = now.ok ? now.value : [];
  }
}

async function printTails(
  containers: readonly WatchedContainer[],
  { print, ...how }: Reading & { readonly print: Printer },
): Promise<Result<null, Diagnostic>> {
  for (const container of containers) {
    const log = await linesOf(container, how);
    if (!log.ok) return err({ ...log.error, severity: 'error', service: container.service });
    for (const line of log.value) print(container, line);
  }
  return ok(null);
}

interface Reading {
  readonly request: ContainerLogRequest;
  readonly watch: FleetWatch;
  readonly signal: AbortSignal;
}

async function linesOf({ id }: WatchedContainer, { request, watch, signal }: Reading): Promise<ReadLines> {
  const { since, tailLines } = request;
  if (since === null) return watch.readLog(id, tailLines);
  const lines: string[] = [];
  const read = await watch.openLog(id, since).read((line) => lines.push(line), { newest: tailLines, signal });
  return read.ok ? ok(lines) : read;
}

type ReadLines = Awaited<ReturnType<FleetWatch['readLog']>>;

async function follow(
  container: WatchedContainer,
  { watch, print, ...how }: { tailLines: number; signal: AbortSignal; watch: FleetWatch; print: Printer },
): Promise<void> {
  for await (const line of watch.followLog(container.id, how)) print(container, line);
}

async function containersOf(
  service: string,
  watch: FleetWatch,
  signal: AbortSignal,
): Promise<Result<readonly WatchedContainer[], Diagnostic>> {
  const { containers, problem } = await watch.sample(signal);
  if (problem !== null) return err({ code: 'no-engine', severity: 'error', message: problem });
  const services = [...new Set(containers.map((container) => container.service))];
  const key = services.find((one) => one === service) ?? onlyOneCalled(service, services);
  if (key === null) return err(noContainer(service, services));
  return ok(containers.filter((container) => container.service === key));
}

/** In a fleet of several projects the bare name counts when only one of them has it. */
function onlyOneCalled(name: string, services: readonly string[]): string | null {
  const called = services.filter((service) => service.endsWith(`/${name}`));
  return called.length === 1 ? called[0]! : null;
}

function noContainer(service: string, services: readonly string[]): Diagnostic {
  const close = nearest(service, services);
  const known = services.length === 0 ? 'The fleet has no container' : `There are: ${services.slice(0, 12).join(', ')}`;
  return {
    code: 'no-container',
    severity: 'error',
    message: `${service} has no container`,
    remedy: close === undefined ? known : `Did you mean ${close}?`,
  };
}
