import type { Behaviour } from '../../src/docker/simulated/behaviour.ts';
import { createSimulatedHost } from '../../src/docker/simulated/host.ts';
import type { SimulatedHost } from '../../src/docker/simulated/host-types.ts';
import type { Fleet, Project } from '../../src/fleet/types.ts';
import { type ContractBehaviour, type ContractWorld, contractModel, contractService } from './engine-contract-world.ts';
import { fleetOf } from './fleet-builder.ts';

const NAME = 'contract';
const PORT = 20_080;
/** As the containers of the real contract behave by themselves. */
const DURATIONS = { readyMs: 200, testMs: 500, buildMs: 1000 };

/** The contract's world on a simulated engine of its own. */
export function simulatedContractWorld(): ContractWorld & { readonly host: SimulatedHost } {
  const model = contractModel(NAME, '/contract', PORT);
  const project: Project = {
    name: NAME,
    directory: '/contract',
    files: ['/contract/docker-compose.yml'],
    envFiles: [],
    profiles: [],
    model,
  };
  const services = Object.keys(model.services).map((name) => contractService(project, name));
  const fleet: Fleet = { ...fleetOf({}), projects: [project], services };
  const host = createSimulatedHost({ fleet, seed: 7, durations: () => DURATIONS, running: () => false });
  const versions = new Map<string, number>();
  const session = host.session();
  host.addFault({ fault: 'slow-stop', service: 'stubborn', ms: 60_000 });
  return {
    host,
    engine: session.engine,
    another: host.session().engine,
    clock: session.clock,
    project,
    port: PORT,
    up: async (service) => host.byHand({ act: 'replace', service }),
    edit: async (service, behaviour) => {
      host.edit(service);
      const version = (versions.get(service) ?? 1) + 1;
      versions.set(service, version);
      if (behaviour) host.addFault({ fault: 'behaviour', service, of: version, behaviour: simulated(behaviour) });
    },
    breakBuild: async (service, how) => {
      host.edit(service);
      host.addFault({ fault: 'build', service, how: how === 'fails' ? 'fails' : 'times-out', times: 1 });
    },
    testThat: (service, how) => {
      if (how !== 'passes') host.addFault({ fault: 'test', service, how: how === 'fails' ? 'fails' : 'times-out', times: 1 });
      return ['test'];
    },
    takeName: async (name) => host.byHand({ act: 'take-name', name }),
    takePort: async () => host.byHand({ act: 'take-port', port: PORT }),
    dropVolume: async () => {},
  };
}

function simulated(behaviour: ContractBehaviour): Behaviour {
  if (behaviour.kind !== 'no-program') return behaviour;
  return { kind: 'never-started', message: 'exec: "/no/such/program": stat /no/such/program: no such file or directory' };
}
