import { presentHolder } from '../journal/lock.ts';
import { loadRuns } from '../journal/runs.ts';
import { type RunHistoryRow, runHistoryRow } from '../report/facts/run-history.ts';
import { readHost } from '../util/host-identity.ts';
import { nodeDisk } from '../util/node-disk.ts';
import { checkOptions } from './check-options.ts';
import type { FleetOptions } from './options.ts';
import { locateHistory } from './place.ts';
import { withSlipwayErrors } from './problems.ts';

/** The runs of the phase, the newest first. One that nobody executes any more is `interrupted`; one whose journal cannot be read is left out. */
export async function runs(options: FleetOptions = {}): Promise<readonly RunHistoryRow[]> {
  checkOptions('runs', options);
  const { root, settings } = await locateHistory(options);
  return withSlipwayErrors(async () => {
    const { runs: loaded } = await loadRuns(nodeDisk, root, settings.phase);
    const isHeld = (await presentHolder(nodeDisk, root, await readHost())) !== null;
    const rows = loaded.map(({ state }, i) => {
      const isLive = isHeld && i === loaded.length - 1;
      return runHistoryRow(state, state.outcome === 'running' && !isLive ? 'interrupted' : state.outcome);
    });
    return rows.reverse();
  });
}
