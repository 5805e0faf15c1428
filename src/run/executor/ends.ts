import type { Fingerprint } from '../../fleet/types.ts';
import type { ServiceStatus } from '../../model/status.ts';
import type { Plan, PlannedService } from '../../plan/types.ts';
import type { RunContext } from '../context.ts';
import { imageBefore, type ServiceRun } from './board.ts';
import type { ExecutionInput } from './executor.ts';

/**
 * How a service ends whose steps all went well. What is only started or made anew because of others is as good, and as old, as it was: one that
 * an earlier run rolled back stays so; what this run took back before it was continued is what it was before the run.
 */
export function endOf(
  { planned, key }: ServiceRun,
  { run, options, records }: Pick<RunContext, 'run' | 'options'> & Pick<ExecutionInput, 'records'>,
): ServiceStatus {
  if (options.rollback && key in options.rollback.targets) return 'rolled-back';
  const record = records.get(key);
  return isBeside(planned) && record?.status === 'rolled-back' && record.run !== run ? 'rolled-back' : 'completed';
}

/**
 * What a service that completes was made from: the inputs of now, unless it was only started or made anew because of others. Then nothing was
 * built of them, and the record of its last completed run still holds; without one the next run builds it.
 */
export function madeFrom(planned: PlannedService, plan: Plan, { fingerprints, records }: ExecutionInput): Fingerprint | null {
  const now = fingerprints.get(planned.service) ?? null;
  const image = planned.steps.find((step) => step.image !== undefined)?.image;
  if (!now || !isBeside(planned) || image !== imageBefore(plan, planned.service)) return now;
  const record = records.get(planned.service);
  // A skipped one was left as it was.
  const completed = record?.status === 'completed' || record?.status === 'skipped' ? record.completed : null;
  if (!completed) return { ...now, inputs: null, unknown: 'it was not built by this run', bases: [] };
  return { inputs: completed.inputs, unknown: null, config: configOf(planned, completed.config, now), bases: completed.bases };
}

/** A restart changes no configuration, and a stored one is the one it had. */
function configOf({ steps }: PlannedService, recorded: string, now: Fingerprint): string {
  return steps.some((step) => step.action === 'restart' || step.release !== undefined) ? recorded : now.config;
}

function isBeside({ cause, steps }: PlannedService): boolean {
  const beside = cause.code === 'dependent-of' || cause.code === 'dependency-down';
  return beside && !steps.some((step) => step.kind === 'build' || step.kind === 'rollback');
}
