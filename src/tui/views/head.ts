import { humanBytes, humanDuration } from '../../util/human.ts';
import { printable } from '../../util/printable.ts';
import type { MonitorFacts, RunHead } from '../facts.ts';
import { cellsOf, type Line, lineCells, span, spread } from '../line.ts';
import type { Tone } from '../look.ts';
import type { Room } from './pane.ts';

const LEAST_BAR_CELLS = 24;

/** The top of the screen: which run, how far it is, how long it may take, and what it takes of the host. */
export function headLines(facts: MonitorFacts, room: Room): readonly Line[] {
  return [titleLine(facts.head, room), progressLine(facts, room), lastLine(facts, room)].slice(0, room.rows);
}

function titleLine(head: RunHead, room: Room): Line {
  const name: Line = [span(`slipway ${head.command}`, 'bold')];
  const run: Line = head.run === null ? [] : [span(` ${head.run}`)];
  const phase: Line = head.phase === '' ? [] : [span(` ${room.look.glyph.dot} ${head.phase}`, 'dim')];
  const time = head.run === null ? '' : `  ${humanDuration(head.elapsedMs)}`;
  const standing: Line = [...standingSpans(head.standing, room), span(time, 'bold')];
  const inParts: Line = head.resumed === 0 ? [] : [span(` in ${head.resumed + 1} parts`, 'dim')];
  const command: Line = [span(head.command, 'bold')];
  const names: readonly Line[] = [[...name, ...run, ...phase], [...name, ...run], name, command, []];
  const shown = names.find((one) => lineCells(one) + lineCells(standing) + 2 <= room.columns) ?? [];
  if (shown.length === 0) return standing;
  const isRoomy = lineCells(shown) + lineCells(standing) + lineCells(inParts) + 2 <= room.columns;
  return spread(shown, isRoomy ? [...standing, ...inParts] : standing, room);
}

const STANDING: Readonly<Record<string, Tone>> = {
  running: 'run',
  paused: 'warn',
  stopping: 'warn',
  done: 'good',
  failed: 'bad',
  interrupted: 'warn',
};

function standingSpans(standing: string, { look }: Room): Line {
  const tone = STANDING[standing] ?? 'dim';
  const { running, good, bad, note } = look.glyph;
  const sign = standing === 'running' ? running : standing === 'done' ? good : standing === 'failed' ? bad : note;
  return [span(`${sign} ${standing}`, tone)];
}

function progressLine({ counts, head, categories }: MonitorFacts, { columns, look }: Room): Line {
  const { total, completed, failed, skipped, rolledBack, running, soaking } = counts;
  const ended = completed + failed + skipped + rolledBack;
  const percent = total === 0 ? 0 : Math.floor((ended / total) * 100);
  const told = `  ${String(percent).padStart(3)}%  ${ended}/${total}`;
  const left = leftText(head.left, columns - cellsOf(told) - LEAST_BAR_CELLS);
  const width = Math.max(0, columns - cellsOf(told) - cellsOf(left));
  const cells = (n: number) => (total === 0 ? 0 : Math.round((n / total) * width));
  const done = cells(ended - troubled(categories));
  const bad = cells(ended) - done;
  const moving = cells(ended + running + soaking) - done - bad;
  const { bar } = look.glyph;
  return [
    span(bar.done.repeat(done), 'good'),
    span(bar.bad.repeat(bad), 'bad'),
    span(bar.rest.repeat(moving), 'run'),
    span(bar.rest.repeat(Math.max(0, width - done - bad - moving)), 'dim'),
    span(told, 'bold'),
    span(left),
  ];
}

/** Without what it says of services never seen, or not at all, where the bar needs the room. */
function leftText(left: string, room: number): string {
  const texts = [left, left.split(',')[0]!].map((text) => (text === '' ? '' : `  ${text}`));
  return texts.find((text) => cellsOf(text) <= room) ?? '';
}

/** What a rollback puts back as planned is well, so it is not told from the status alone. */
function troubled(categories: MonitorFacts['categories']): number {
  return categories.reduce((sum, { failed }) => sum + failed, 0);
}

function countLine({ counts, categories }: MonitorFacts, { columns, look }: Room): Line {
  const { glyph } = look;
  const back = troubled(categories) > counts.failed + counts.skipped ? 'bad' : 'good';
  const parts: readonly (readonly [number, string, string, Tone])[] = [
    [counts.completed, glyph.good, 'done', 'good'],
    [counts.failed, glyph.bad, 'failed', 'bad'],
    [counts.rolledBack, glyph.back, 'back', back],
    [counts.skipped, glyph.skipped, 'skipped', 'warn'],
    [counts.running + counts.soaking, glyph.running, 'running', 'run'],
    [counts.waiting + counts.pending, glyph.waiting, 'waiting', 'plain'],
  ];
  const shown = parts.filter(([n], i) => n > 0 || i === 0 || i === 1);
  const line = shown.flatMap(([n, sign, word, tone], i) => {
    const quiet = n === 0 ? 'dim' : tone;
    return [span(i === 0 ? '' : '  '), span(`${sign} ${n}`, quiet), span(columns < 60 ? '' : ` ${word}`, quiet)];
  });
  return line;
}

/** That the journal cannot be read any further makes all figures old. */
function lastLine(facts: MonitorFacts, room: Room): Line {
  if (facts.problem !== null) return [span(`${room.look.glyph.note} ${printable(facts.problem)}`, 'bad')];
  const counts = countLine(facts, room);
  const hosts = [hostLine(facts, 'long', room), hostLine(facts, 'short', room)];
  const host = hosts.find((line) => lineCells(counts) + lineCells(line) + 2 <= room.columns) ?? [];
  return spread(counts, host, room);
}

function hostLine({ sample }: MonitorFacts, form: 'long' | 'short', { look }: Room): Line {
  if (sample?.problem) return [span('engine: no answer', 'warn')];
  if (!sample?.host) return [];
  const { cpus, cpuPercent, usedBytes, memoryBytes, containers } = sample.host;
  const cpu = cpuPercent === null ? '-' : `${Math.round(cpuPercent / cpus)}%`;
  if (form === 'short')
    return [span('cpu ', 'dim'), span(cpu, 'bold'), span(' mem ', 'dim'), span(humanBytes(usedBytes), 'bold')];
  const dot = ` ${look.glyph.dot} `;
  return [
    span('cpu ', 'dim'),
    span(cpu, 'bold'),
    span(` of ${cpus}${dot}mem `, 'dim'),
    span(humanBytes(usedBytes), 'bold'),
    span(` of ${humanBytes(memoryBytes)}${dot}`, 'dim'),
    span(`${containers}`, 'bold'),
    span(' up', 'dim'),
  ];
}
