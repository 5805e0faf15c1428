import { asStored } from '../../../fleet/service/as-stored.ts';
import { backupTag } from '../../../fleet/tags.ts';
import type { Edge } from '../../../fleet/types.ts';
import type { Before, StepOutcome } from '../../../journal/events.ts';
import { type ImageId, shortId, stepId } from '../../../model/ids.ts';
import { shares } from '../../../plan/ripples.ts';
import type { PlanStep, ReplaceAction } from '../../../plan/types.ts';
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
    action: actionOf(run, image),
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

/** What only restarted does so again; what was made anew with the image it had is so once more, for Compose sees no difference there. */
function actionOf({ planned, replaced }: ServiceRun, image: ImageId): ReplaceAction {
  if (planned.steps.some((step) => step.kind === 'replace' && step.action === 'restart')) return 'restart';
  return replaced?.image === image ? 'recreate' : 'up';
}

/**
 * Makes or starts a service anew as it runs, because what it shares something with, or restarts with, went back (traps T3). Null when it does
 * not run.
 */
export async function rejoin(ctx: StepContext, run: ServiceRun, followed: Edge): Promise<StepOutcome | null> {
  const observed = await ctx.engine.observe([run.service]);
  const { containers, tagImage } = (observed.ok && observed.value.services[run.key]) || { containers: [], tagImage: null };
  const [first] = containers;
  if (!first || run.service.kind === 'one-shot') return null;
  const action = shares(followed) ? 'recreate' : 'restart';
  const why = `it ${action === 'recreate' ? 'shares something' : 'restarts'} with ${followed.to}, which went back`;
  const ids = containers.map((c) => c.id);
  const byHand = action === 'recreate' ? composeUp(run, ['--force-recreate']) : ['docker', 'restart', ...ids];
  return putBack(ctx, run, {
    step: { id: stepId(run.key, 'rollback'), kind: 'rollback', needs: [], cause: { code: 'dependent-of', text: why } },
    image: first.image,
    form: await formBefore(ctx, run),
    before: { containers: ids, image: first.image, tagImage, anonymousVolumes: {} },
    action,
    why,
    lost: (message) => ({ code: 'rollback-failed', message: `${why}: ${message}`, commands: [byHand] }),
  });
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
  return [['docker', 'tag', backupTag(ctx.fleet, service, ctx.run), service.image], composeUp({ service, project }, [])];
}

function composeUp({ service, project }: Pick<ServiceRun, 'service' | 'project'>, flags: readonly string[]): readonly string[] {
  const profiled = Object.values(project.model.services).some(({ profiles = [] }) => profiles.length > 0);
  return [
    ...['docker', 'compose', '-p', project.name, '--project-directory', project.directory],
    ...project.files.flatMap((file) => ['-f', file]),
    ...project.envFiles.flatMap((file) => ['--env-file', file]),
    ...(profiled ? ['--profile', '*'] : []),
    ...['up', '-d', '--no-deps', '--no-build', '--pull', 'never', ...flags, service.name],
  ];
}
