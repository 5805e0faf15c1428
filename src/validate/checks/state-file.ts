import { resolve } from 'node:path';
import { type PhaseService, type PhaseState, parseStateFile, projectPhase } from '../../journal/phase-state.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { fsTrouble, isMissing } from '../../util/fs-error.ts';
import { counted } from '../../util/human.ts';
import { finding } from '../codes.ts';
import type { Looked, ValidateCheck, ValidateContext } from '../types.ts';

const REBUILT = 'The journal is the truth: `slipway doctor --fix` writes the file anew from it, and so does the next run';

/** Whether the state file says what the journals say; and whether these can be read. */
export const stateFileCheck: ValidateCheck = {
  name: 'state-file',
  title: 'State file and journal',
  column: null,
  run: look,
};

async function look(context: ValidateContext): Promise<Looked> {
  const { disk, fleet, runs, historyProblems } = context;
  const path = resolve(fleet.root, fleet.settings.monitoring.stateFile);
  const unreadable = historyProblems.map(({ severity: _, code: __, ...problem }) => finding('history-unreadable', problem));
  const told = (seen: string, findings: readonly Diagnostic[]): Looked => ({
    seen,
    findings: [...unreadable, ...findings],
    looked: [],
  });
  if (runs.length === 0) return told('no run yet, so no state file', []);
  const text = await disk.read(path).then(String, (error: unknown) => ({ error }));
  if (typeof text !== 'string') {
    if (!isMissing(text.error)) return told('it cannot be read', [damaged(path, fsTrouble(text.error).reason)]);
    const message = 'The state file is not there';
    return told('there is no state file', [finding('state-file-missing', { message, file: path, remedy: REBUILT })]);
  }
  const parsed = parseStateFile(text);
  if (!parsed.ok) return told('it cannot be read', [damaged(path, parsed.error)]);
  const differing = differences(parsed.value, context, path);
  const services = counted(parsed.value.services.length, 'service');
  return told(
    differing.every(({ code }) => code === 'state-outdated') ? `they agree on ${services}` : 'they do not say the same',
    differing,
  );
}

function damaged(file: string, why: string): Diagnostic {
  return finding('state-file-damaged', { message: `The state file cannot be read: ${why}`, file, remedy: REBUILT });
}

function differences(file: PhaseState, { fleet, runs, services, scope }: ValidateContext, path: string): Diagnostic[] {
  const configured = services.filter(({ category }) => category !== null).map(({ key }) => key);
  const journal = projectPhase({ phase: fleet.settings.phase, configured, runsOldestFirst: runs, live: null });
  const found = new Map(file.services.map((service) => [service.service, service]));
  const lacking = journal.services.filter(({ service }) => !found.has(service));
  return [
    ...(scope === 'fleet' ? headDifference(file, journal, path) : []),
    ...journal.services.flatMap((service) => {
      const said = found.get(service.service);
      return said ? serviceDifference(said, service, path) : [];
    }),
    ...(scope === 'fleet'
      ? otherServices(
          lacking,
          [...found.keys()].filter((key) => !configured.includes(key)),
          path,
        )
      : []),
  ];
}

function headDifference(file: PhaseState, journal: PhaseState, path: string): Diagnostic[] {
  if (file.phase === journal.phase && file.run === journal.run && file.outcome === journal.outcome) return [];
  const told = ({ phase, run, outcome }: PhaseState) => `phase ${phase}, run ${run ?? 'none'} ${outcome}`;
  const message = `The state file says ${told(file)}; the journal says ${told(journal)}`;
  return [finding('state-differs', { message, file: path, remedy: REBUILT })];
}

function serviceDifference(said: PhaseService, known: PhaseService, file: string): Diagnostic[] {
  const fields = (['status', 'run', 'image', 'code'] as const).filter((field) => said[field] !== known[field]);
  if (fields.length === 0) return [];
  const { service } = known;
  const told = (of: PhaseService) => fields.map((field) => `${field} ${of[field] ?? 'none'}`).join(', ');
  const message = `${service}: the state file says ${told(said)}; the journal says ${told(known)}`;
  return [finding('state-differs', { service, message, file, remedy: REBUILT })];
}

/** The file has the services that were configured when the last run wrote it. */
function otherServices(lacking: readonly PhaseService[], unknown: readonly string[], file: string): Diagnostic[] {
  if (lacking.length + unknown.length === 0) return [];
  const parts = [
    ...(lacking.length > 0 ? [`it has no ${lacking.map(({ service }) => service).join(', ')}`] : []),
    ...(unknown.length > 0 ? [`it has ${unknown.join(', ')}, which the configuration has not`] : []),
  ];
  const message = `The state file is of another configuration: ${parts.join('; ')}`;
  return [finding('state-outdated', { message, file, remedy: 'The next run brings it up to date' })];
}
