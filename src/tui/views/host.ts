import { humanBytes } from '../../util/human.ts';
import { printable } from '../../util/printable.ts';
import type { MonitorFacts } from '../facts.ts';
import { column, type Line, span } from '../line.ts';
import { bar, type Room, ruleLine } from './pane.ts';

/** Rows of the pane with its title. */
export const HOST_ROWS = 5;
const LABEL_CELLS = 5;
const FIGURE_CELLS = 19;

/** What the fleet takes of the host's cores and memory, how that went lately, and who takes most. */
export function hostPane(facts: MonitorFacts, room: Room): readonly Line[] {
  const { sample, cpuHistory } = facts;
  const { look } = room;
  if (!sample) return [ruleLine('Host', room), [span('asking the engine', 'dim')]];
  if (sample.problem !== null || sample.host === null)
    return [ruleLine('Host', room), [span(printable(sample.problem ?? 'the engine told nothing'), 'warn')]];
  const { cpus, cpuPercent, usedBytes, memoryBytes, containers } = sample.host;
  const cells = Math.max(4, Math.min(30, room.columns - LABEL_CELLS - FIGURE_CELLS - 2));
  const line = (label: string, part: number, figure: string): Line => [
    span(column(label, LABEL_CELLS, { look }), 'dim'),
    ...bar(part, cells, { look, tone: part > 0.9 ? 'bad' : part > 0.7 ? 'warn' : 'good' }),
    span(`  ${figure}`),
  ];
  const cpu = cpuPercent === null ? 0 : cpuPercent / (100 * cpus);
  return [
    ruleLine('Host', room, [span(`${containers} containers up`, 'dim')]),
    line('cpu', cpu, cpuPercent === null ? 'measuring' : `${Math.round(cpuPercent)}% of ${cpus * 100}%`),
    line('mem', usedBytes / memoryBytes, `${humanBytes(usedBytes)} of ${humanBytes(memoryBytes)}`),
    [span(column('past', LABEL_CELLS, { look }), 'dim'), span(spark(cpuHistory, cells, room), 'run'), span('  cpu', 'dim')],
    [span(column('most', LABEL_CELLS, { look }), 'dim'), span(busiest(facts))],
  ];
}

/** A column for each of the last samples. */
function spark(shares: readonly number[], cells: number, { look }: Room): string {
  const { levels } = look.glyph;
  const signs = shares.slice(-cells).map((part) => levels[Math.min(levels.length - 1, Math.floor(part * levels.length))]);
  return signs.join('').padEnd(cells);
}

function busiest({ usage }: MonitorFacts): string {
  return [...usage]
    .filter(([, { cpuPercent }]) => (cpuPercent ?? 0) >= 1)
    .sort(([, a], [, b]) => (b.cpuPercent ?? 0) - (a.cpuPercent ?? 0))
    .slice(0, 4)
    .map(([service, { cpuPercent }]) => `${printable(service)} ${Math.round(cpuPercent ?? 0)}%`)
    .join(', ');
}
