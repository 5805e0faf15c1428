import type { Before, StepOutcome } from '../../../journal/events.ts';
import type { Failure } from '../../../model/failure.ts';
import type { ContainerId, ImageId, Instant, RunId } from '../../../model/ids.ts';
import type { PlanStep, ReplaceAction } from '../../../plan/types.ts';
import type { StepContext } from '../../context.ts';
import { applyRepairs, planRecovery } from '../../recovery/recover.ts';
import type { Form } from '../../rollback/stored-forms.ts';
import { type VerifyRequest, verifyService } from '../../verdict/verify.ts';
import type { ServiceRun } from '../board.ts';
import { type Attempt, done, failed, failedBy, performStep } from './attempt.ts';
import { isGood } from './verify.ts';

/** What goes back in place, over what. */
export interface WayBack {
  readonly step: PlanStep;
  readonly image: ImageId;
  readonly form: Form;
  readonly before: Before;
  /** How it is put there; as Compose finds necessary when left out. */
  readonly action?: ReplaceAction;
  readonly why: string;
  readonly release?: RunId;
  /** The failure that a bad end is, with the commands for the operator. */
  readonly lost: (message: string) => Failure;
  /** Called once the containers are in place, before they are judged. `stoppedAt`: when the old one ended, on the engine's clock. */
  readonly whenInPlace?: (stoppedAt: Instant | null, containers: readonly ContainerId[]) => Promise<Watch>;
}

/** Who is told what is seen while the containers are judged. */
export type Watch = Pick<VerifyRequest, 'since' | 'onSample' | 'onHealthy'>;

const NOBODY: Watch = { since: null, onSample: () => {}, onHealthy: async () => {} };

/** Puts an image and a configuration back and judges them, as one recorded step; never rolled back itself. */
export async function putBack(ctx: StepContext, run: ServiceRun, way: WayBack): Promise<StepOutcome> {
  const { image, form, before, why, release, action = 'up' } = way;
  return performStep(ctx, run, way.step, {
    intent: { kind: 'rollback', image, tag: form.service.image, before, why, ...(release !== undefined && { release }) },
    signal: ctx.stop.killed,
    log: (text) => ctx.logs.build(run.key, text),
    effect: async (io) => {
      const request = { run: ctx.run, project: run.project, action, order: 'stop-first', image, before, ...form } as const;
      const put = await ctx.engine.replace(request, io);
      if (put.ok) return judge(ctx, run, way, put.value);
      if (io.signal.aborted) return failedBy(put.error);
      const observed = await ctx.engine.observe([form.service]);
      if (!observed.ok) return failed({ code: 'engine-error', message: observed.error.message });
      const containers = await recover(ctx, run, way, observed.value.services[run.key]?.containers ?? []);
      return containers ? judge(ctx, run, way, { containers, stoppedAt: null }) : failed(way.lost(describe(put.error.failure)));
    },
  });
}

/** What a failed call left is put in order whatever it is, so that the operator's own commands meet no half-made containers. */
async function recover(
  ctx: StepContext,
  run: ServiceRun,
  { form, before, image }: WayBack,
  now: Parameters<typeof planRecovery>[1],
): Promise<readonly ContainerId[] | null> {
  const recovery = planRecovery(before, now, { image, kind: run.service.kind });
  await applyRepairs(ctx.engine, form.service, recovery.repairs);
  return recovery.serving === 'new' ? recovery.containers : null;
}

async function judge(
  ctx: StepContext,
  run: ServiceRun,
  way: WayBack,
  { containers, stoppedAt }: { readonly containers: readonly ContainerId[]; readonly stoppedAt: Instant | null },
): Promise<Attempt> {
  const watch = (await way.whenInPlace?.(stoppedAt, containers)) ?? NOBODY;
  const { verdict } = await verifyService({
    engine: ctx.engine,
    clock: ctx.clock,
    service: way.form.service,
    settings: ctx.fleet.settings,
    containers,
    signal: ctx.stop.killed,
    ...watch,
  });
  if (!verdict) return failed({ code: 'interrupted' });
  if (isGood(verdict, run)) return done({ kind: 'rollback', containers, image: way.image });
  const what = way.release === undefined ? 'the image that ran before' : `release ${way.release}`;
  return failed(way.lost(`${what} is back but was judged ${verdict.kind}`));
}

function describe(failure: Failure): string {
  return 'message' in failure ? failure.message : failure.code;
}
