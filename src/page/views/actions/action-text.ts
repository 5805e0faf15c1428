import { assertNever } from '../../../util/assert.ts';
import { counted } from '../../../util/human.ts';
import type { AskedAction } from '../../parts/context.ts';

/** What an action will do, in words that can be agreed to. */
export interface ActionText {
  readonly title: string;
  readonly says: string;
  readonly confirm: string;
}

/** Says what will happen, and to what. */
export function actionText({ action, run, services }: AskedAction): ActionText {
  switch (action) {
    case 'pause':
      return {
        title: `Pause run ${run}`,
        says: 'No new step starts. What is under way ends, and what was replaced is still verified or put back. It goes on when somebody resumes it.',
        confirm: 'Pause the run',
      };
    case 'resume':
      return { title: `Resume run ${run}`, says: 'New steps start again.', confirm: 'Resume the run' };
    case 'cancel':
      return {
        title: `Cancel run ${run}`,
        says: 'Nothing new starts, what is under way ends, and then the run ends. What was put in place stays; the rest is left pending, and slipway rebuild --continue goes on with it.',
        confirm: 'Cancel the run',
      };
    case 'rollback':
      return rollbackText(run, services);
    default:
      return assertNever(action);
  }
}

function rollbackText(run: string, services: readonly string[]): ActionText {
  if (services.length === 0)
    return {
      title: `Roll back run ${run}`,
      says: 'A new run begins: the services that this run changed go back, image and configuration, to what they were before it. Each is stopped for a moment, and verified.',
      confirm: 'Roll back the run',
    };
  const names = services.join(', ');
  return {
    title: `Roll back ${names}`,
    says: `A new run begins: ${services.length === 1 ? `${names} goes` : `${names} go`} back, image and configuration, to the last release with something else in which ${counted(
      services.length,
      'it',
      'they',
    )
      .split(' ')
      .at(-1)} ran well. Data in volumes is not touched.`,
    confirm: `Roll back ${names}`,
  };
}
