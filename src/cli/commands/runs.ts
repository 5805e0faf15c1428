import { EXIT, type ExitCode } from '../../model/status.ts';
import { renderRuns, runDocument } from '../../report/runs-table.ts';
import { readHostIdentity } from '../../util/host-identity.ts';
import type { Call } from '../command.ts';
import { locateHistory } from '../fleet-history.ts';
import { complain, paintFor } from '../look.ts';
import type { RUNS_FLAGS } from '../options/views.ts';
import { loadPhaseHistory, outcomeNow } from '../phase-history.ts';

/** `slipway runs` */
export async function runRuns({ values, world }: Call<typeof RUNS_FLAGS>): Promise<ExitCode> {
  const place = await locateHistory(values, world);
  if (!place.ok) {
    complain(world, place.error, values);
    return EXIT.couldNotStart;
  }
  const { runsOldestFirst, live, diagnostics } = await loadPhaseHistory(place.value, await readHostIdentity(world.pid));
  complain(world, diagnostics, values);
  const runs = runsOldestFirst.toReversed().map((state) => ({ state, outcome: outcomeNow(state, live) }));
  if (values.json || values.output === 'json') world.out.write(`${JSON.stringify(runs.map(runDocument), null, 2)}\n`);
  else if (values.output !== 'quiet') world.out.write(renderRuns(runs, paintFor(world.out, world.env, values)));
  return EXIT.done;
}
