import { candidateTag } from '../../fleet/tags.ts';
import { imageBefore, type ServiceRun, type Settled } from './board.ts';
import type { Crew } from './crew.ts';

/** Ends a service: recorded first, then told to those who wait. */
export async function settle(crew: Crew, run: ServiceRun, settled: Settled): Promise<void> {
  const { ctx } = crew;
  const completed = settled.status === 'completed';
  const inPlace = run.putBack ?? (completed || run.replaced ? run.image : imageBefore(ctx.plan, run.key));
  await ctx.record({
    type: 'service-settled',
    service: run.key,
    status: settled.status,
    failure: settled.failure,
    image: settled.status === 'rolled-back' ? (run.replaced?.before.image ?? inPlace) : inPlace,
    tested: testedAs(crew, run),
    fingerprint: completed ? run.fingerprint : null,
    downtimeMs: run.downtimeMs,
  });
  run.settle(settled);
  if (completed) await ctx.engine.untag(candidateTag(ctx.fleet, run.service, ctx.run));
}

/** A test that did not run leaves what was known of the image, and says untested of a new one. */
function testedAs(crew: Crew, run: ServiceRun): ServiceRun['tested'] {
  const testStep = run.planned.steps.some((s) => s.kind === 'test');
  if (testStep || run.image === null || run.image === imageBefore(crew.ctx.plan, run.key)) return run.tested;
  return run.service.test.command === null ? 'no-tests' : 'untested';
}
