import type { Diagnostic } from '../model/diagnostic.ts';
import type { MonitorDeps } from './app.ts';
import type { MonitorFacts } from './facts.ts';
import { fitLine, type Line, paintLine } from './line.ts';
import type { Look } from './look.ts';
import { MonitorModel } from './model.ts';
import { tableRows } from './table.ts';
import { FIRST_UI } from './ui-state.ts';
import { activityPane } from './views/activity.ts';
import { CATEGORY_HEAD_ROWS, categoriesPane } from './views/categories.ts';
import { headLines } from './views/head.ts';
import { HOST_ROWS, hostPane } from './views/host.ts';
import { lanesPane } from './views/lanes.ts';
import { servicesPane } from './views/services.ts';

const ACTIVITY_ROWS = 10;
const ENGINE_MS = 4000;

/** What one look came to. */
export interface OneLook {
  readonly text: string;
  /** Why nothing could be shown. */
  readonly problems: readonly Diagnostic[];
}

/** Reads what is recorded now and what the containers do now, and puts it on paper. An engine that does not answer is waited for a moment. */
export async function lookOnce(
  deps: Pick<MonitorDeps, 'clock' | 'news' | 'plan' | 'samples'>,
  paper: { readonly columns: number; readonly look: Look },
): Promise<OneLook> {
  const model = new MonitorModel();
  const ending = new AbortController();
  const sampled = sampleFor(deps, model, ending.signal);
  for await (const news of deps.news(ending.signal)) {
    model.news(news);
    if (news.type === 'run') model.plan(await deps.plan(news.dir));
    // What cannot be read is said before these.
    if (news.type === 'live' || news.type === 'no-run') break;
  }
  const { problem } = model;
  if (!problem) await Promise.race([sampled, deps.clock.sleep(ENGINE_MS, ending.signal)]);
  ending.abort();
  await sampled;
  const facts = model.facts(deps.clock.now());
  const text = problem && facts.head.run === null ? '' : renderOnce(facts, paper.columns, paper.look);
  return { text, problems: problem ? [problem] : [] };
}

/** CPU is a difference of two looks. */
async function sampleFor({ samples }: Pick<MonitorDeps, 'samples'>, model: MonitorModel, signal: AbortSignal): Promise<void> {
  let looks = 0;
  for await (const sample of samples(signal)) {
    model.sample(sample);
    looks += 1;
    if (looks === 2 || sample.problem !== null) return;
  }
}

/** Everything that the monitor shows, once and one below the other, with every service: for a dumb terminal, a pipe, a ticket. */
function renderOnce(facts: MonitorFacts, columns: number, look: Look): string {
  const room = (rows: number) => ({ columns, rows, look });
  const still = { scroll: 0 };
  const rows = tableRows(facts, FIRST_UI);
  const laneRows = facts.lanes.reduce((sum, lane) => sum + lane.rows.length, 0);
  const ui = { ...FIRST_UI, cursor: { id: null, index: -1 } };
  const blocks: readonly (readonly Line[])[] = [
    headLines(facts, room(3)),
    categoriesPane(facts, still, room(facts.categories.length + CATEGORY_HEAD_ROWS)),
    laneRows === 0 ? [] : lanesPane(facts, still, room(laneRows + 1)),
    facts.sample === null ? [] : hostPane(facts, room(HOST_ROWS)),
    servicesPane(facts, { rows, ui }, room(rows.length + 1)),
    activityPane(facts, still, room(ACTIVITY_ROWS + 1)),
  ];
  const shown = facts.head.run === null ? blocks.slice(0, 1).map((block) => block.slice(0, 1)) : blocks;
  return shown
    .filter((block) => block.length > 0)
    .map((block) => block.map((line) => `${paintLine(fitLine(line, columns, look), look)}\n`).join(''))
    .join('\n');
}
