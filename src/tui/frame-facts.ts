import type { ContainerId } from '../model/ids.ts';
import type { ServiceLog } from './app.ts';
import type { MonitorFacts } from './facts.ts';
import type { LogText } from './log-text.ts';
import type { MonitorModel } from './model.ts';
import { type TableRow, tableRows } from './table.ts';
import type { LogUi, UiState } from './ui-state.ts';
import type { LogFacts } from './views/log.ts';

/** Which text an open log shows. */
export type WantedLog = { readonly id: string } & (
  | { readonly of: 'container'; readonly container: ContainerId }
  | { readonly of: 'file'; readonly log: ServiceLog }
  | { readonly of: 'none'; readonly why: string }
);

/** What of a frame depends on keys and facts together; made anew only when one of them is another. */
export class FrameFacts {
  #made: { readonly facts: MonitorFacts; readonly ui: UiState; readonly rows: readonly TableRow[] } | null = null;

  /** The rows of the table. */
  rows(facts: MonitorFacts, ui: UiState): readonly TableRow[] {
    const made = this.#made;
    const isSame = made !== null && made.facts.rows === facts.rows && made.facts.usage === facts.usage && sameChoice(made.ui, ui);
    if (isSame) return made.rows;
    const rows = tableRows(facts, ui);
    this.#made = { facts, ui, rows };
    return rows;
  }

  /** What the view of the open log is made of. */
  log(facts: MonitorFacts, ui: UiState, text: LogText | null): LogFacts | null {
    if (!ui.log || !text) return null;
    const { service } = ui.log;
    const row = facts.rows.find((one) => one.service === service) ?? null;
    return { log: ui.log, text, row, usage: facts.usage.get(service) ?? null };
  }

  /** The log that the keys ask for, as it is to be had now. */
  logId({ service, source }: LogUi, model: MonitorModel): WantedLog {
    const { run, services } = model.state();
    if (source !== 'container') {
      const log = { run, service, kind: source, services: new Set(services.keys()) };
      return { id: `${run} ${source} ${service}`, of: 'file', log };
    }
    const container = model.containersOf(service)[0];
    if (!container) return { id: `none ${service}`, of: 'none', why: model.fleetProblem() ?? 'it has no container now' };
    return { id: `container ${container.id}`, of: 'container', container: container.id };
  }
}

function sameChoice(a: UiState, b: UiState): boolean {
  return (
    a.filter === b.filter && a.only === b.only && a.sort === b.sort && a.grouped === b.grouped && a.collapsed === b.collapsed
  );
}
