import { asStored } from '../../../fleet/service/as-stored.ts';
import { backupTag } from '../../../fleet/tags.ts';
import type { Before, StepOutcome } from '../../../journal/events.ts';
import { shortId, stepId } from '../../../model/ids.ts';
import type { PlanStep } from '../../../plan/types.ts';
import type { StepContext } from '../../context.ts';
import type { Form } from '../../rollback/stored-forms.ts';
import type { ServiceRun } from '../board.ts';
import { putBack } from './put-back.ts';

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
  const form = await formBefore(ctx, run);
  const besides = form.stored
    ? `; its configuration has changed since, and the commands put back the image alone: both by slipway rollback ${run.key}`
    : '';
  const outcome = await putBack(ctx, run, {
    step,
    image,
    form,
    before,
    why,
    lost: (message) => ({
      code: 'rollback-failed',
      message: `${message} (image ${shortId(image)})${besides}`,
      commands: rollbackCommands(ctx, run),
    }),
  });
  if (outcome.status === 'done' && outcome.facts.kind === 'rollback') run.image = image;
  return outcome;
}

/** The service as it last ran well: it is asked at the port that it has then. */
async function formBefore({ storedBefore, fleet }: StepContext, { service }: ServiceRun): Promise<Form> {
  const stored = await storedBefore(service);
  const then = stored && asStored(service, { tag: service.image, model: stored.model }, fleet);
  return stored && then ? { service: then, stored } : { service, stored: null };
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
