import type { Service } from '../../fleet/types.ts';
import type { PhaseService } from '../../journal/phase-state.ts';
import type { RunState } from '../../journal/projection.ts';
import { wentBackAsPlanned } from '../../journal/service-state.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ServiceKey } from '../../model/ids.ts';
import { failureText } from '../../report/failure-text.ts';
import { assertNever } from '../../util/assert.ts';
import { finding } from '../codes.ts';
import { journalStatuses } from '../counts.ts';
import type { Looked, ValidateCheck, ValidateContext } from '../types.ts';

/** Whether the last run that had to do with each service left it well. */
export const outcomeCheck: ValidateCheck = {
  name: 'outcome',
  title: 'Last run',
  column: 'run',
  run: async (context) => look(context),
};

function look(context: ValidateContext): Looked {
  const { runs, services } = context;
  if (runs.length === 0) return { seen: 'no run yet: the fleet was adopted', findings: underWay(context), looked: [] };
  const statuses = journalStatuses(context);
  const told = services.flatMap((service) => {
    const status = statuses.get(service.key);
    return status && status.run !== null ? [{ service, status }] : [];
  });
  const ofServices = told.flatMap(({ service, status }) => judge(service, status, runs) ?? []);
  const untold = services.filter(({ key, category }) => category !== null && statuses.get(key)?.run === null);
  return {
    seen: seenText(told.map(({ status }) => status)),
    findings: [...underWay(context), ...ofRun(context, ofServices), ...ofServices, ...neverRebuilt(untold)],
    looked: told.map(({ service }) => service.key),
  };
}

function seenText(statuses: readonly PhaseService[]): string {
  const all = ['completed', 'failed', 'rolled-back', 'skipped', 'pending'] as const;
  const parts = all.flatMap((status) => {
    const count = statuses.filter((one) => one.status === status).length;
    return count > 0 ? [`${count} ${status.replace('-', ' ')}`] : [];
  });
  return parts.join(', ') || 'it had to do with none of these services';
}

/** A backup or a restore may have stopped services for a while. */
function underWay({ holder }: ValidateContext): Diagnostic[] {
  if (holder === null) return [];
  const message = `Something is at work on this fleet: what is seen now may be on its way (${holder})`;
  return [finding('operation-under-way', { message, remedy: 'Validate again when it has ended' })];
}

/** What is wrong with the run as a whole. */
function ofRun({ runs, scope }: ValidateContext, ofServices: readonly Diagnostic[]): Diagnostic[] {
  const last = runs.at(-1);
  if (!last || scope !== 'fleet') return [];
  const why = last.why === '' ? {} : { evidence: last.why };
  if (last.outcome === 'running' || last.outcome === 'interrupted') {
    const message = `Run ${last.run} did not come to its end`;
    return [finding('run-unfinished', { message, ...why, remedy: 'Go on with `slipway rebuild --continue`' })];
  }
  const told = ofServices.some(({ code }) => code !== 'service-unfinished');
  if (last.outcome !== 'failed' || told) return [];
  return [finding('run-failed', { message: `Run ${last.run} failed`, ...why, remedy: 'See `slipway report`' })];
}

/** What the run's word on a service means; null = it is well. */
function judge({ key }: Service, { status, run }: PhaseService, runs: readonly RunState[]): Diagnostic | null {
  const told = runs.find((one) => one.run === run)!;
  const settled = told.services.get(key)?.lastSettled ?? null;
  const why = settled?.failure ? `: ${failureText(settled.failure)}` : '';
  const goOn = goOnWith(key, told, runs);
  const log = logOf(key, told);
  const remedy = log === null ? capitalised(goOn) : `See \`${log}\`; ${goOn}`;
  switch (status) {
    case 'completed':
      return null;
    case 'failed':
      return finding('service-failed', { service: key, message: `${key} failed in run ${run}${why}`, remedy });
    case 'rolled-back':
      if (settled && wentBackAsPlanned(settled)) return null;
      return finding('service-rolled-back', {
        service: key,
        message: `${key} was rolled back in run ${run}${why}`,
        remedy,
      });
    case 'skipped':
      return finding('service-skipped', { service: key, message: `${key} was skipped in run ${run}${why}`, remedy });
    case 'pending':
    case 'running':
      return finding('service-unfinished', {
        service: key,
        message: `Run ${run} ended before it was done with ${key}`,
        remedy: capitalised(goOn),
      });
    default:
      return assertNever(status);
  }
}

/** Only the last run can be continued; what an earlier one left is done by a new run. */
function goOnWith(key: ServiceKey, told: RunState, runs: readonly RunState[]): string {
  const isOpen = told === runs.at(-1) && told.outcome !== 'done';
  return isOpen ? 'go on with `slipway rebuild --continue`' : `rebuild it: \`slipway rebuild ${key}\``;
}

/** The command that shows the log of the step that failed; null = there is none, as of a container that was put back. */
function logOf(key: ServiceKey, { run, services }: RunState): string | null {
  const state = services.get(key);
  switch (state?.steps.findLast(({ outcome }) => outcome.status === 'failed')?.kind) {
    case 'build':
      return `slipway logs ${key} --run ${run}`;
    case 'test':
      return `slipway logs ${key} --test --run ${run}`;
    case 'replace':
    case 'verify':
      return state?.lastSettled?.status === 'failed' ? `slipway logs ${key} --container` : null;
    default:
      return null;
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function neverRebuilt(services: readonly Service[]): Diagnostic[] {
  if (services.length === 0) return [];
  const names = services.map(({ key }) => key).join(', ');
  return [
    finding('never-rebuilt', {
      message: `No run of this phase had to do with ${names}`,
      remedy: 'They are compared with the last release all the same',
    }),
  ];
}
