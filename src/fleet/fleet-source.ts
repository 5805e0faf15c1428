import type { ServiceKey } from '../model/ids.ts';
import { fingerprintServices, type ResolveBase } from './fingerprint/fingerprint.ts';
import { type LoadedFleet, type LoadRequest, loadFleet, type Render } from './load.ts';
import type { Fingerprint, Fleet, Service } from './types.ts';

/** Where fleets come from: the project's files, or a simulation. */
export interface FleetSource {
  /** The fleet, or every problem of it. */
  load(request: LoadRequest, render: Render): Promise<LoadedFleet>;
  /** What the services are built from and run with now. */
  fingerprint(
    fleet: Fleet,
    services: readonly Service[],
    resolveBase: ResolveBase,
  ): Promise<ReadonlyMap<ServiceKey, Fingerprint>>;
}

/** The files of the project dir. */
export const fileSource: FleetSource = { load: loadFleet, fingerprint: fingerprintServices };
