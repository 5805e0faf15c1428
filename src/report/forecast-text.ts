import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import { wrapWords } from '../plan/text-parts.ts';
import type { BatchForecast, CategoryForecast, Forecast, PathPart } from '../run/forecast/types.ts';
import { counted, humanDuration } from '../util/human.ts';
import { clockText, fitted, renderTimeline } from './forecast-timeline.ts';
import type { Paint } from './paint.ts';

/** Where the fleet of a forecast is from. */
export type ForecastSource = 'compose' | 'plans';

const NAMES_AT_MOST = 6;
const NAME_CELLS = 24;
/** From here on there is room to explain. */
const WIDE = 80;
/** The chain is told in so many lines; what comes between its beginning and its end is counted. */
const PATH_LINES = 14;

/** A forecast for people: how long, compared by batch size, by category, what makes it so long, and when what happens. */
export function renderForecast(forecast: Forecast, source: ForecastSource, look: { columns: number; paint: Paint }): string {
  const page = { forecast, source, columns: Math.max(40, look.columns), paint: look.paint };
  if (forecast.services === 0)
    return `Nothing to forecast: a rebuild would leave ${counted(forecast.untouched, 'service')} alone\n`;
  const blocks = [head(page), batchTable(page), categoryTable(page), path(page), renderTimeline(forecast, look)];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => `${block.join('\n')}\n`)
    .join('\n');
}

interface Page {
  readonly forecast: Forecast;
  readonly source: ForecastSource;
  readonly columns: number;
  readonly paint: Paint;
}

function head({ forecast, source, columns, paint }: Page): string[] {
  const { services, untouched, batchSize, history } = forecast;
  const { typicalMs, p90Ms, downtimeMs } = forecast.batches.find((batch) => batch.batchSize === batchSize)!;
  const title = `${paint.bold(`Forecast: ${counted(services, 'service')}, batch size ${batchSize}: about ${humanDuration(typicalMs)}`)}`;
  const slow = p90Ms > typicalMs ? [`nine times out of ten under ${humanDuration(p90Ms)}`] : [];
  const down = downtimeMs
    ? [`a service is down for ${humanDuration(downtimeMs.median)}, at most ${humanDuration(downtimeMs.longest)}`]
    : [];
  const said = [
    [...slow, ...down].join('; '),
    `If the inputs of every selected service have changed${untouched > 0 ? ` (${untouched} that are not built are left alone)` : ''} and nothing fails.`,
    historyText(history),
    ...(source === 'plans' ? ['The fleet is as the plans of these runs have it: what they never planned is not in it.'] : []),
  ];
  const unseen = unseenText(history.unseen);
  return [
    title,
    ...said.filter((text) => text !== '').flatMap((text) => wrapWords(text, columns, 2)),
    ...(unseen === null ? [] : wrapWords(unseen, columns, 2).map(paint.warn)),
  ];
}

function historyText({ runs, newest, mostSamples }: Forecast['history']): string {
  if (runs === 0) return 'No run is recorded yet.';
  const spread = mostSamples < 2 ? ' Each step was recorded once, so how they vary is not known.' : '';
  return `Durations are those of ${counted(runs, 'run')}, the newest ${newest}.${spread}`;
}

function unseenText(unseen: readonly string[]): string | null {
  if (unseen.length === 0) return null;
  const more = unseen.length - NAMES_AT_MOST;
  const names = more > 0 ? `${unseen.slice(0, NAMES_AT_MOST).join(', ')} and ${counted(more, 'other')}` : unseen.join(', ');
  return `Never recorded, so only guessed: ${counted(unseen.length, 'service')}: ${names}`;
}

function batchTable({ forecast, columns, paint }: Page): string[] {
  const { batches, batchSize } = forecast;
  const drawn = forecast.draws > 0;
  const header = `  batch size    total${drawn ? '  median     p90' : ''}  down for  at most`;
  const rows = batches.map((batch) => {
    const row = batchRow(batch, drawn);
    return batch.batchSize === batchSize ? paint.bold(`> ${row}`) : `  ${row}`;
  });
  const advice =
    'Each step takes what it took when it was recorded, whatever runs beside it: larger batches look better here than a busy machine makes them.';
  const honest = batches.length > 1 ? wrapWords(advice, columns, 2).map(paint.dim) : [];
  return [paint.dim(header), ...rows, ...honest];
}

function batchRow({ batchSize, typicalMs, medianMs, p90Ms, downtimeMs }: BatchForecast, drawn: boolean): string {
  const cells = [
    String(batchSize).padEnd(10),
    humanDuration(typicalMs).padStart(9),
    ...(drawn ? [humanDuration(medianMs).padStart(8), humanDuration(p90Ms).padStart(8)] : []),
    (downtimeMs ? humanDuration(downtimeMs.median) : '-').padStart(10),
    (downtimeMs ? humanDuration(downtimeMs.longest) : '-').padStart(9),
  ];
  return cells.join('');
}

function categoryTable({ forecast: { categories }, columns, paint }: Page): string[] {
  const width = Math.min(columns - 44, Math.max(8, ...categories.map((c) => stringWidth(c.name))));
  const header = `  ${'category'.padEnd(width)}  risk    services    from      to  all steps`;
  return [paint.dim(header), ...categories.map((category) => categoryRow(category, width))];
}

function categoryRow({ name, risk, services, startMs, endMs, workMs }: CategoryForecast, width: number): string {
  const times = [clockText(startMs).padStart(8), clockText(endMs).padStart(8), humanDuration(workMs).padStart(11)];
  return `  ${name.padEnd(width)}  ${risk.padEnd(6)}${String(services).padStart(10)}${times.join('')}`;
}

function path({ forecast: { criticalPath }, columns, paint }: Page): string[] {
  const stretches = stretchesOf(criticalPath);
  const width = Math.min(NAME_CELLS, Math.max(...stretches.map(({ service }) => stringWidth(service))));
  const lines = stretches.map((stretch) =>
    cliTruncate(stretchLine(stretch, width, paint), columns, { truncationCharacter: paint.glyph.cut }),
  );
  const half = PATH_LINES >> 1;
  const left = lines.length - 2 * half;
  const shown = left > 1 ? [...lines.slice(0, half), paint.dim(`          and ${left} more`), ...lines.slice(-half)] : lines;
  const legend = '(begins at, takes, steps, what they had to wait for)';
  const title = paint.bold('What makes it so long');
  return [columns < WIDE ? title : `${title}  ${paint.dim(legend)}`, ...shown];
}

/** Consecutive steps of one service on the path. */
interface Stretch {
  readonly service: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly kinds: readonly string[];
  readonly why: string;
}

function stretchesOf(parts: readonly PathPart[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const part of parts) {
    const last = stretches.at(-1);
    if (last && last.service === part.service && part.after.kind === 'own') {
      stretches[stretches.length - 1] = { ...last, endMs: part.endMs, kinds: [...last.kinds, part.kind] };
    } else
      stretches.push({
        service: part.service,
        startMs: part.startMs,
        endMs: part.endMs,
        kinds: [part.kind],
        why: whyText(part, last?.service ?? null),
      });
  }
  return stretches;
}

/** Usually it is the service of the line before, which need not be named again. */
function whyText({ after }: PathPart, previous: string | null): string {
  const who = after.service === previous ? 'it' : after.service;
  switch (after.kind) {
    case 'begin':
    case 'own':
      return '';
    case 'needs':
      return `needs ${who}`;
    case 'place':
      return who === 'it' ? 'its place' : `place of ${who}`;
  }
}

function stretchLine({ service, startMs, endMs, kinds, why }: Stretch, width: number, paint: Paint): string {
  const took = humanDuration(endMs - startMs).padStart(7);
  const words = why === '' ? '' : paint.dim(`  ${why}`);
  return `  ${clockText(startMs).padStart(6)}${took}  ${fitted(service, width, paint)}  ${kinds.join(' ')}${words}`;
}
