import type { ServiceKey } from '../model/ids.ts';
import { fingerprintServices, type ResolveBase } from './fingerprint/fingerprint.ts';
import { hashFiles } from './fingerprint/host-files.ts';
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
  /** Digests of the regular files among paths of the host; null for one that is not there or cannot be read. */
  hashFiles(paths: Iterable<string>): Promise<ReadonlyMap<string, string | null>>;
}

/** The files of the project dir. */
export const fileSource: FleetSource = { load: loadFleet, fingerprint: fingerprintServices, hashFiles };
