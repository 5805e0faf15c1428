import type { Fleet, Service } from '../../fleet/types.ts';
import { instantAt } from '../../util/instant.ts';
import { actByHand } from './by-hand.ts';
import { sessionEngine } from './engine.ts';
import type { Fault, Moment } from './faults.ts';
import { furnish } from './furnish.ts';
import type { HostOptions, SimulatedHost, SimulatedSession, Standing } from './host-types.ts';
import { Life } from './life.ts';
import { isWell, observedContainer } from './views.ts';
import { World } from './world.ts';

/** A machine with a container engine in memory, on which the fleet runs as it did before anything was rebuilt. */
export function createSimulatedHost(options: HostOptions): SimulatedHost {
  const world = new World(options);
  furnish(world, options);
  const host: SimulatedHost = {
    time: world.time,
    session: () => openSession(world),
    edit: (service) => void world.sources.edit(service),
    sources: (service) => world.sources.digest(service),
    byHand: (act) => actByHand(world, options.fleet, act),
    addFault: (fault) => addFault(world, options.fleet, fault),
    look: (service) => look(world, service),
    engineNow: () => instantAt(world.engineMs()),
    onCall: (listener) => {
      world.listeners.add(listener);
      return () => world.listeners.delete(listener);
    },
    rest: () => ({ helpers: world.containers.helpers().map(({ name }) => name), tags: world.images.tags() }),
  };
  for (const fault of options.faults ?? []) host.addFault(fault);
  return host;
}

function openSession(world: World): SimulatedSession {
  const life = new Life(world.time);
  return {
    engine: sessionEngine(world, life),
    clock: life.clock,
    life,
    kill: (children = 'go-on') => {
      life.end();
      if (children === 'die') world.clients.endOf(life);
    },
  };
}

function addFault(world: World, fleet: Fleet, fault: Fault): void {
  if (world.faults.note(fault)) return;
  switch (fault.fault) {
    case 'registry-outage':
      at(world, fault.from, () => {
        world.outage.loseRegistry();
        world.time.after(fault.forMs, () => world.outage.findRegistry());
      });
      return;
    case 'engine-outage':
      at(world, fault.from, () => loseEngine(world, fault));
      return;
    case 'by-hand':
      at(world, fault.at, () => actByHand(world, fleet, fault.act));
      return;
  }
}

function loseEngine(
  { outage, machine, time, events }: World,
  { forMs, containers }: Extract<Fault, { readonly fault: 'engine-outage' }>,
): void {
  outage.loseEngine();
  events.lose();
  if (containers === 'restart') machine.fail();
  time.after(forMs, () => {
    outage.findEngine();
    if (containers === 'restart') machine.revive();
  });
}

function at(world: World, moment: Moment, happens: () => void): void {
  if ('call' in moment) world.faults.atCall(moment, happens);
  else if (moment.ms === 0) happens();
  else world.time.after(moment.ms, happens);
}

function look(world: World, service: Service): Standing {
  const containers = world.containers.ofService(service.project, service.name);
  const wanted = service.kind === 'one-shot' ? containers.length : service.scale;
  const images = [...new Set(containers.map(({ image }) => image))];
  return {
    containers: containers.map((container) => observedContainer(world, container)),
    tagImage: world.images.find(service.image)?.id ?? null,
    images,
    well: containers.length === wanted && images.length <= 1 && containers.every((c) => isWell(world, c) || isDone(service, c)),
  };
}

function isDone({ kind }: Service, { state, exitCode, startedMs }: Parameters<typeof isWell>[1]): boolean {
  return kind === 'one-shot' && state === 'exited' && exitCode === 0 && startedMs !== null;
}
