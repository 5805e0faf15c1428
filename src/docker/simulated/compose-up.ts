import { EngineRefusal } from '../problem.ts';
import { type Caller, composeLabels, type NewContainer } from './caller.ts';
import { type Container, numberOf } from './containers.ts';
import type { Definition } from './definition.ts';
import type { ComposeStage } from './faults.ts';
import type { Life } from './life.ts';
import type { World } from './world.ts';

/** What `docker compose up` of one service is to make of its containers. */
export interface Up {
  readonly definition: Definition;
  readonly mode: 'converge' | 'recreate' | 'beside';
  /** Containers wanted; null = as the definition says. */
  readonly scale: number | null;
}

/** A Compose client at work: its connection, and what happens to it before each stage. */
export interface ComposeClient {
  readonly world: World;
  readonly caller: Caller;
  readonly life: Life;
  /** Throws, or never returns, when a fault says so. */
  readonly meet: (stage: ComposeStage) => Promise<void>;
}

/**
 * `docker compose up --no-deps --no-build --pull never` of one service (compose 2.40 `pkg/compose/convergence.go`): what is out of date is
 * created anew beside the old one, which is then stopped and removed and gives its name; what is too many goes; then all are started.
 * Whatever throws leaves things as they are then.
 */
export async function composeUp(client: ComposeClient, up: Up): Promise<void> {
  const { world, caller } = client;
  const expected = up.scale ?? up.definition.scale;
  const image = await caller.request(() => world.images.get(up.definition.ref).id, 'composeMs');
  await ensureNetworksAndVolumes(client, up.definition);
  const found = await listOf(client, up.definition);
  const obsolete = (container: Container) => mustRecreate(container, up, image);
  const current = found.filter((container) => !obsolete(container)).sort((a, b) => numberOf(a) - numberOf(b));
  const ordered = [...current, ...found.filter(obsolete).reverse()];
  const next = Math.max(0, ...found.map(numberOf)) + 1;
  const missing = Array.from({ length: Math.max(0, expected - found.length) }, (_, i) => next + i);
  await together([
    ...ordered.slice(expected).map((container) => stopAndRemove(client, container)),
    ...ordered
      .slice(0, expected)
      .filter(obsolete)
      .map((container) => recreate(client, up.definition, container)),
    ...missing.map((number) => create(client, up.definition, { name: nameOf(up.definition, number), number })),
  ]);
  await startAll(client, up.definition);
}

/** Compose works on all of a service's containers at once and reports the first failure when the last is done. */
async function together(works: readonly Promise<unknown>[]): Promise<void> {
  const ended = await Promise.allSettled(works);
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}

async function ensureNetworksAndVolumes({ world, caller }: ComposeClient, { networks, volumes }: Definition): Promise<void> {
  await caller.request(() => {
    for (const network of networks) world.networks.add(network);
    for (const volume of volumes) world.volumes.add(volume);
  });
}

function listOf({ world, caller }: ComposeClient, { service }: Definition): Promise<Container[]> {
  return caller.request(() => world.containers.ofService(service.project, service.name));
}

function mustRecreate(container: Container, { mode, definition }: Up, image: string): boolean {
  if (mode !== 'converge') return mode === 'recreate';
  return container.image !== image || container.definition?.hash !== definition.hash;
}

async function recreate(client: ComposeClient, definition: Definition, old: Container): Promise<void> {
  const { caller, meet } = client;
  const number = numberOf(old);
  const name = nameOf(definition, number);
  const made = await create(client, definition, { name: `${old.id.slice(0, 12)}_${name}`, number, inherited: old.volumes });
  await meet('stop');
  await caller.stop(old.id);
  await meet('remove');
  await caller.remove(old.id);
  await meet('rename');
  await caller.rename(made.id, name);
}

async function create(
  client: ComposeClient,
  definition: Definition,
  of: { readonly name: string; readonly number: number } & Pick<NewContainer, 'inherited'>,
): Promise<Container> {
  const { name, number, inherited } = of;
  await client.meet('create');
  checkVolumesFrom(client.world, definition);
  return client.caller.create({
    name,
    image: definition.ref,
    labels: composeLabels(definition, number),
    definition,
    sharesWith: sharedContainer(client.world, definition),
    ...(inherited === undefined ? {} : { inherited }),
  });
}

function checkVolumesFrom(world: World, { volumesFrom, service }: Definition): void {
  const missing = volumesFrom.find((name) => world.containers.ofService(service.project, name).length === 0);
  if (missing !== undefined) throw new EngineRefusal(404, `cannot share volume with service ${missing}: container missing`);
}

function sharedContainer(world: World, { shares, service }: Definition): string | null {
  if (shares === null) return null;
  const [shared] = world.containers.ofService(service.project, shares);
  if (!shared) throw new EngineRefusal(404, `cannot share network namespace with service ${shares}: container missing`);
  return shared.id;
}

async function stopAndRemove({ caller }: ComposeClient, { id }: Container): Promise<void> {
  await caller.stop(id);
  await caller.remove(id);
}

/** One after the other; the first that does not start is the end of it. */
async function startAll(client: ComposeClient, definition: Definition): Promise<void> {
  for (const container of await listOf(client, definition)) {
    if (container.state === 'running') continue;
    await client.meet('start');
    await client.caller.start(container.id);
  }
}

function nameOf({ containerName, service }: Definition, number: number): string {
  return containerName ?? `${service.project}-${service.name}-${number}`;
}
