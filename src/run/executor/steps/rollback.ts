import { backupTag } from '../../../fleet/tags.ts';
import type { Before, StepOutcome } from '../../../journal/events.ts';
import type { Failure } from '../../../model/failure.ts';
import { type ImageId, shortId, stepId } from '../../../model/ids.ts';
import type { PlanStep } from '../../../plan/types.ts';
import type { StepContext } from '../../context.ts';
import { applyRepairs, planRecovery } from '../../recovery/recover.ts';
import { verifyService } from '../../verdict/verify.ts';
import type { ServiceRun } from '../board.ts';
import { type Attempt, done, failed, failedBy, performStep } from './attempt.ts';
import { isGood } from './verify.ts';

/**
 * Puts the image and configuration back that ran before this run, and judges it like any replace: by image id and health. Null when there is
 * nothing to go back to. Never rolled back itself: a failure carries the exact commands for the operator.
 */
export async function rollBack(ctx: StepContext, run: ServiceRun, why: string): Promise<StepOutcome | null> {
  const replaced = run.replaced;
  const image = replaced?.before.image;
  if (!replaced || !image || run.service.kind === 'one-shot') return null;
  const observed = await ctx.engine.observe([run.service]);
  const containers = observed.ok ? (observed.value.services[run.key]?.containers ?? []).map((c) => c.id) : replaced.containers;
  const before: Before = { ...replaced.before, containers, image: replaced.image, tagImage: replaced.image };
  const step: PlanStep = {
    id: stepId(run.key, 'rollback'),
    kind: 'rollback',
    needs: [],
    cause: { code: 'rolled-back', text: why },
  };
  const stored = await ctx.storedBefore(run.service);
  const outcome = await performStep(ctx, run, step, {
    intent: { kind: 'rollback', image, tag: run.service.image, before, why },
    signal: ctx.stop.killed,
    log: (text) => ctx.logs.build(run.key, text),
    effect: async (io) => {
      const request = {
        run: ctx.run,
        project: run.project,
        service: run.service,
        action: 'up',
        order: 'stop-first',
        image,
        before,
        stored,
      } as const;
      const put = await ctx.engine.replace(request, io);
      if (!put.ok) {
        if (io.signal.aborted) return failedBy(put.error);
        const saved = await recover(ctx, run, before, image);
        return saved ? judge(ctx, run, image, saved) : rollbackFailed(ctx, run, image, describe(put.error.failure));
      }
      return judge(ctx, run, image, put.value.containers);
    },
  });
  if (outcome.status === 'done' && outcome.facts.kind === 'rollback') run.image = image;
  return outcome;
}

/** What a failed call left is put in order whatever it is, so that the operator's own commands meet no half-made containers. */
async function recover(ctx: StepContext, run: ServiceRun, before: Before, image: ImageId): Promise<readonly string[] | null> {
  const observed = await ctx.engine.observe([run.service]);
  if (!observed.ok) return null;
  const recovery = planRecovery(before, observed.value.services[run.key]?.containers ?? [], {
    image,
    kind: run.service.kind,
  });
  await applyRepairs(ctx.engine, run.service, recovery.repairs);
  return recovery.serving === 'new' ? recovery.containers : null;
}

async function judge(ctx: StepContext, run: ServiceRun, image: ImageId, containers: readonly string[]): Promise<Attempt> {
  const { verdict } = await verifyService({
    engine: ctx.engine,
    clock: ctx.clock,
    service: run.service,
    settings: ctx.fleet.settings,
    containers,
    since: null,
    signal: ctx.stop.killed,
    onSample: () => {},
    onHealthy: async () => {},
  });
  if (!verdict) return failed({ code: 'interrupted' });
  if (isGood(verdict, run)) return done({ kind: 'rollback', containers, image });
  return rollbackFailed(ctx, run, image, `the image that ran before is back but was judged ${verdict.kind}`);
}

function rollbackFailed(ctx: StepContext, run: ServiceRun, image: ImageId, message: string): Attempt {
  return failed({
    code: 'rollback-failed',
    message: `${message} (image ${shortId(image)})`,
    commands: rollbackCommands(ctx, run),
  });
}

/**
 * What an operator types to put the image of before back by hand, complete: it works in any folder. The configuration is that of the project's
 * files, as Compose knows no other.
 */
export function rollbackCommands(
  ctx: Pick<StepContext, 'fleet' | 'run'>,
  { service, project }: Pick<ServiceRun, 'service' | 'project'>,
): readonly (readonly string[])[] {
  const profiled = Object.values(project.model.services).some(({ profiles = [] }) => profiles.length > 0);
  return [
    ['docker', 'tag', backupTag(ctx.fleet, service, ctx.run), service.image],
    [
      ...['docker', 'compose', '-p', project.name, '--project-directory', project.directory],
      ...project.files.flatMap((file) => ['-f', file]),
      ...project.envFiles.flatMap((file) => ['--env-file', file]),
      ...(profiled ? ['--profile', '*'] : []),
      ...['up', '-d', '--no-deps', '--no-build', '--pull', 'never', service.name],
    ],
  ];
}

function describe(failure: Failure): string {
  return 'message' in failure ? failure.message : failure.code;
}
