import type { HookName } from '../fleet/types.ts';
import type { RunId, ServiceKey } from '../model/ids.ts';

/** How a hook command ended. */
interface HookResult {
  readonly exitCode: number | null;
  readonly lastLogLines: readonly string[];
}

/**
 * Runs the configured commands of a hook one after the other until one fails; null when none is configured. Each gets SLIPWAY_RUN, SLIPWAY_HOOK
 * and SLIPWAY_SERVICE in its environment.
 */
export type RunHooks = (
  hook: HookName,
  context: { readonly run: RunId; readonly service: ServiceKey | null },
) => Promise<HookFailure | null | 'passed'>;

/** The first command of a hook that failed. */
interface HookFailure extends HookResult {
  readonly command: readonly string[];
}
