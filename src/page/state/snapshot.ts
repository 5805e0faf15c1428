import type { RunState } from '../../journal/projection.ts';
import type { RunId, ServiceKey } from '../../model/ids.ts';
import type { FleetSample } from '../../model/usage.ts';
import type { Plan } from '../../plan/types.ts';
import type { ServiceDetail } from '../../report/facts/samples.ts';
import type { ServiceRow } from '../../report/facts/service-row.ts';
import type { Session } from './api.ts';
import type { Connection } from './stream.ts';
import type { ServiceUsage, UsageSeries } from './usage-history.ts';

/** All that the page shows at one instant. Views are functions of it; what did not change is the same object as before. */
export interface Snapshot {
  readonly connection: Connection;
  readonly session: Session | null;
  /** Why the server cannot read the run at present. */
  readonly problem: string | null;
  /** The server has said which run this is, be it that there is none. */
  readonly known: boolean;
  readonly run: RunId | null;
  readonly live: boolean;
  readonly state: RunState | null;
  readonly plan: Plan | null;
  readonly rows: readonly ServiceRow[];
  /** The server's clock while the run is live, else the run's last instant; milliseconds since 1970. */
  readonly nowMs: number;
  readonly sample: FleetSample | null;
  readonly uses: ReadonlyMap<ServiceKey, ServiceUsage>;
  readonly detailOf: (service: ServiceKey) => ServiceDetail;
  readonly usageOf: (service: ServiceKey) => UsageSeries;
}

/** Before the server has said anything. */
export const EMPTY: Snapshot = {
  connection: 'connecting',
  session: null,
  problem: null,
  known: false,
  run: null,
  live: false,
  state: null,
  plan: null,
  rows: [],
  nowMs: 0,
  sample: null,
  uses: new Map(),
  detailOf: () => ({ samples: [], testLines: [] }),
  usageOf: () => ({ at: [], cpuPercent: [], memoryBytes: [] }),
};
