import { resolve } from 'node:path';
import type { Outside } from '../../docker/outside-port.ts';
import type { Engine } from '../../docker/port.ts';
import { connectHost } from '../../fleet/service/published-ports.ts';
import type { Fleet, Probe, Service } from '../../fleet/types.ts';
import type { CheckSpec, ListedCheck } from '../../fleet/validation-types.ts';
import type { Observed, ObservedContainer } from '../../plan/types.ts';
import { assertNever } from '../../util/assert.ts';
import type { Disk } from '../../util/disk.ts';
import { isMissing } from '../../util/fs-error.ts';
import { humanBytes } from '../../util/human.ts';
import { nearest } from '../../util/nearest.ts';

/** What the operator's checks are made with. */
export interface ListedScene {
  readonly fleet: Fleet;
  /** Null = the engine did not tell. */
  readonly observed: Observed | null;
  readonly engine: Pick<Engine, 'probe'>;
  readonly outside: Outside;
  readonly disk: Pick<Disk, 'stat'>;
  readonly signal: AbortSignal;
}

/** How an entry of a list came out. Texts hold what programs and services said: they are not redacted yet. */
export type ListedOutcome =
  | { readonly kind: 'good'; readonly seen: string }
  | { readonly kind: 'bad'; readonly seen: string; readonly evidence?: string }
  /** It cannot be asked as it is written. */
  | { readonly kind: 'impossible'; readonly why: string; readonly remedy?: string }
  /** Free text: for the operator to look at. */
  | { readonly kind: 'open' };

type SpecOf<K extends CheckSpec['kind']> = Extract<CheckSpec, { kind: K }>;

/** Makes one check of a list. Throws EngineUnavailable when it needs an engine that is lost. */
export function runListed({ check, timeoutMs }: ListedCheck, scene: ListedScene): Promise<ListedOutcome> | ListedOutcome {
  switch (check.kind) {
    case 'text':
      return { kind: 'open' };
    case 'http':
      return askHttp(check, timeoutMs, scene);
    case 'tcp':
      return probed({ kind: 'tcp', host: check.host, port: check.port }, '', { timeoutMs, scene });
    case 'command':
      return runCommand(check, timeoutMs, scene);
    case 'healthy':
      return withService(check.service, scene, (service) => healthOf(service, containersOf(service, scene)));
    case 'file':
      return lookForFile(check, scene);
    case 'disk':
      return lookAtSpace(check, scene);
    default:
      return assertNever(check);
  }
}

async function askHttp(check: SpecOf<'http'>, timeoutMs: number, scene: ListedScene): Promise<ListedOutcome> {
  const { target, status, contains } = check;
  if (target.kind === 'service') {
    return withService(target.service, scene, (service) => {
      const port = service.published.find(({ protocol }) => protocol === 'tcp');
      if (!port) return { kind: 'impossible', why: `${service.key} publishes no port`, remedy: 'write the whole address' };
      const host = connectHost(port.hostIp);
      const url = `http://${host.includes(':') ? `[${host}]` : host}:${port.port}${target.path}`;
      return askHttp({ ...check, target: { kind: 'url', url } }, timeoutMs, scene);
    });
  }
  const answer = await scene.outside.http(target.url, { timeoutMs, signal: scene.signal });
  if (answer.kind === 'no-answer') return { kind: 'bad', seen: answer.why };
  const isWanted = status === null ? answer.status >= 200 && answer.status < 400 : answer.status === status;
  const seen = `answered ${answer.status}`;
  if (!isWanted) return { kind: 'bad', seen: status === null ? seen : `${seen} instead of ${status}` };
  if (contains !== null && !answer.body.includes(contains))
    return { kind: 'bad', seen: `${seen} without ${JSON.stringify(contains)}` };
  return { kind: 'good', seen };
}

async function probed(
  probe: Probe,
  container: string,
  { timeoutMs, scene }: { readonly timeoutMs: number; readonly scene: ListedScene },
): Promise<ListedOutcome> {
  const { good, text } = await scene.engine.probe(probe, container, timeoutMs);
  const [seen = '', ...evidence] = text.split('\n');
  return { kind: good ? 'good' : 'bad', seen, ...(evidence.length > 0 && { evidence: evidence.join('\n') }) };
}

async function runCommand(
  { command, service }: SpecOf<'command'>,
  timeoutMs: number,
  scene: ListedScene,
): Promise<ListedOutcome> {
  if (service !== null) {
    return withService(service, scene, (found) => {
      const running = containersOf(found, scene).find(({ state }) => state === 'running');
      if (!running) return { kind: 'bad', seen: `${found.key} has no running container` };
      return probed({ kind: 'command', command }, running.id, { timeoutMs, scene });
    });
  }
  const answer = await scene.outside.run(command, { folder: scene.fleet.root, timeoutMs, signal: scene.signal });
  const evidence = answer.lastLines.length > 0 ? { evidence: answer.lastLines.join('\n') } : {};
  if (answer.kind === 'not-done') return { kind: 'bad', seen: answer.why, ...evidence };
  return answer.code === 0 ? { kind: 'good', seen: 'exit 0' } : { kind: 'bad', seen: `exit ${answer.code}`, ...evidence };
}

function healthOf({ key }: Service, containers: readonly ObservedContainer[]): ListedOutcome {
  if (containers.length === 0) return { kind: 'bad', seen: `${key} has no container` };
  const bad = containers.find(({ state, health }) => state !== 'running' || health === 'unhealthy' || health === 'starting');
  if (bad) return { kind: 'bad', seen: `${bad.name} is ${bad.state === 'running' ? bad.health : bad.state}` };
  return { kind: 'good', seen: containers.some(({ health }) => health === 'healthy') ? 'healthy' : 'running' };
}

async function lookForFile({ path }: SpecOf<'file'>, { disk, fleet }: ListedScene): Promise<ListedOutcome> {
  try {
    const { kind } = await disk.stat(resolve(fleet.root, path));
    return { kind: 'good', seen: kind === 'folder' ? 'a folder' : 'there' };
  } catch (error) {
    return { kind: 'bad', seen: isMissing(error) ? 'it is not there' : 'it cannot be read' };
  }
}

async function lookAtSpace({ freeBytes }: SpecOf<'disk'>, { outside, fleet }: ListedScene): Promise<ListedOutcome> {
  const free = await outside.freeBytes(fleet.root);
  if (free === null) return { kind: 'impossible', why: 'the system does not tell how much space is free' };
  return { kind: free >= freeBytes ? 'good' : 'bad', seen: `${humanBytes(free)} free` };
}

function containersOf({ key }: Service, { observed }: ListedScene): readonly ObservedContainer[] {
  return (observed?.services[key]?.containers ?? []).filter(({ temporary }) => !temporary);
}

function withService(
  name: string,
  { fleet }: ListedScene,
  use: (service: Service) => Promise<ListedOutcome> | ListedOutcome,
): Promise<ListedOutcome> | ListedOutcome {
  const named = fleet.services.filter(({ key, name: short }) => key === name || short === name);
  const service = named.find(({ key }) => key === name) ?? (named.length === 1 ? named[0] : undefined);
  if (service) return use(service);
  const near = nearest(
    name,
    fleet.services.map(({ key }) => key),
  );
  const why = named.length > 1 ? `several projects have a service ${name}` : `there is no service ${name}`;
  const remedy = named.length > 1 ? `write ${named.map(({ key }) => key).join(' or ')}` : near && `did you mean ${near}?`;
  return { kind: 'impossible', why, ...(remedy && { remedy }) };
}
