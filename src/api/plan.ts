import type { Plan } from '../plan/types.ts';
import { planOnly } from '../run/planning.ts';
import { planRebuildRun } from '../run/rebuild-planner.ts';
import { checkOptions } from './check-options.ts';
import type { PlanOptions } from './options.ts';
import { withSlipwayErrors } from './problems.ts';
import { loadRequest, recordedOptions } from './request.ts';
import { SlipwayError } from './slipway-error.ts';
import { sourcesFor } from './sources.ts';

/**
 * What `rebuild` would do with the same options, and why. Writes nothing, neither to Docker nor to disk.
 *
 * @throws SlipwayError when there is no plan: the configuration or a Compose file is wrong, a name is unknown, no engine answers.
 */
export async function plan(options: PlanOptions = {}): Promise<Plan> {
  checkOptions('plan', options);
  const request = { load: loadRequest(options), options: recordedOptions(options) };
  const planned = await withSlipwayErrors(() => planOnly(request, sourcesFor(options), planRebuildRun));
  if (!planned.ok) throw new SlipwayError(planned.error);
  return planned.value.plan;
}
