import { counted, humanDuration } from '../../util/human.ts';
import { type Html, html, logText } from './html-parts.ts';
import { HTML_STYLE } from './html-style.ts';
import { serviceTable } from './html-tables.ts';
import { timeline } from './html-timeline.ts';
import type { Report, ReportedFailure, ReportedService } from './types.ts';
import {
  cacheText,
  downtimeText,
  durationText,
  instantText,
  isTroubled,
  optionsText,
  resultText,
  statusText,
  timeOr,
  titleText,
  toneOf,
  UNKNOWN,
} from './words.ts';

/**
 * The report as one HTML file that needs nothing else: no script, no font, no picture from anywhere. Its policy (`Content-Security-Policy`)
 * allows it nothing but its own style sheet, so that nothing a log says could ever be run or fetched.
 */
export function renderHtml(report: Report): string {
  const picture = timeline(report);
  return `<!doctype html>
${
  html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${titleText(report)}</title>
<style>${{ markup: HTML_STYLE }}</style>
</head>
<body>
<main>
${head(report)}
${next(report)}
${section('Results by category', categories(report))}
${section('What went wrong', troubles(report))}
${section('Timeline', picture)}
${serviceTable(report)}
${section('Left alone', untouched(report))}
</main>
<footer>Slipway ${report.slipway ?? ''} · logs in ${report.logs}</footer>
</body>
</html>`.markup
}
`;
}

function section(title: string, body: Html | null): Html | null {
  return (
    body &&
    html`<section>
<h2>${title}</h2>
${body}
</section>`
  );
}

function head(report: Report): Html {
  const { engine, cache } = report;
  const facts: readonly (readonly [string, string])[] = [
    ['Started', instantText(report.startedAt)],
    ['Ended', instantText(report.finishedAt)],
    ['Duration', durationText(report)],
    ['Build cache', cache === null ? 'nothing was built' : `${cacheText(cache)} in ${counted(cache.builds, 'build')}`],
    ['Downtime', downtimeText(report.downtime)],
    ['Options', optionsText(report)],
    ['Engine', engine ? `Docker ${engine.docker}, Compose ${engine.compose}, buildx ${engine.buildx}` : UNKNOWN],
    ...(report.resumed > 0 ? [['Continued', counted(report.resumed, 'time')] as const] : []),
  ];
  return html`<header>
<h1>Run ${report.run} <span class="pill ${outcomeTone(report)}">${report.outcome}</span></h1>
<p class="lead">${report.command} of ${report.phase}: ${resultText(report)}</p>
${report.why === '' ? null : html`<p class="${outcomeTone(report)}">${report.why}</p>`}
${resultBar(report)}
<dl class="facts">
${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}
</dl>
</header>`;
}

function outcomeTone({ outcome }: Report): string {
  return { done: 'good', failed: 'bad', interrupted: 'warn', running: 'note', abandoned: 'idle' }[outcome];
}

/** How the services ended, as shares of one bar. */
function resultBar({ services, counts }: Report): Html | null {
  if (counts.total === 0) return null;
  const parts = ['good', 'bad', 'warn', 'idle'].map((tone) => ({
    tone,
    share: (100 * services.filter((service) => toneOf(service) === tone).length) / counts.total,
  }));
  let x = 0;
  const bars = parts.map(({ tone, share }) => {
    x += share;
    return html`<rect class="${tone}" x="${(x - share).toFixed(2)}" width="${share.toFixed(2)}" height="4"/>`;
  });
  return html`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>`;
}

function next({ next }: Report): Html | null {
  if (next.length === 0) return null;
  const items = next.map(
    ({ text, command }) => html`<li>${text}${command === null ? null : html`: <code>${command}</code>`}</li>\n`,
  );
  return section(
    'Next steps',
    html`<ol>
${items}</ol>`,
  );
}

function categories({ categories }: Report): Html | null {
  if (categories.length === 0) return null;
  const titles = ['services', 'completed', 'failed', 'rolled back', 'skipped', 'open', 'work', 'expected', 'downtime'];
  const rows = categories.map(({ category, risk, counts, workedMs, estimateMs, unseen, downtimeMs }) => {
    const open = counts.total - counts.completed - counts.failed - counts.rolledBack - counts.skipped;
    const numbers = [counts.total, counts.completed, counts.failed, counts.rolledBack, counts.skipped, open];
    const expected =
      unseen > 0 ? html`${timeOr(estimateMs)}<span class="sub">${unseen} never seen</span>` : html`${timeOr(estimateMs)}`;
    return html`<tr><th scope="row">${category}</th><td>${risk}</td>${numbers.map((n) => html`<td class="num">${n === 0 ? '·' : n}</td>`)}<td class="num">${humanDuration(workedMs)}</td><td class="num">${expected}</td><td class="num">${downtimeMs === 0 ? UNKNOWN : humanDuration(downtimeMs)}</td></tr>\n`;
  });
  return html`<div class="scroll"><table>
<thead><tr><th scope="col">category</th><th scope="col">risk</th>${titles.map((title) => html`<th scope="col" class="num">${title}</th>`)}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>`;
}

function troubles({ services }: Report): Html | null {
  const cards = services.flatMap((service) => (service.failure ? [trouble(service, service.failure)] : []));
  return cards.length === 0 ? null : html`${cards}`;
}

function trouble(service: ReportedService, { text, log, commands }: ReportedFailure): Html {
  const tone = isTroubled(service) && service.status !== 'skipped' ? '' : ' skipped';
  return html`<article class="trouble${tone}">
<h3>${service.service} <span class="pill ${toneOf(service)}">${statusText(service.status)}</span></h3>
<p>${text}</p>
${commands.length === 0 ? null : html`<p>Run these:</p><pre>${commands.join('\n')}</pre>`}
${log.lines.length === 0 ? null : html`<details open><summary>The end of its log${log.file === null ? null : html` (<span class="mono">${log.file}</span>)`}</summary><pre>${logText(log.lines)}</pre></details>`}
</article>
`;
}

function untouched({ untouched }: Report): Html | null {
  if (untouched.length === 0) return null;
  const rows = untouched.map(({ service, cause }) => html`<tr><th scope="row">${service}</th><td>${cause.text}</td></tr>\n`);
  return html`<div class="scroll"><table>
<thead><tr><th scope="col">service</th><th scope="col">why</th></tr></thead>
<tbody>
${rows}</tbody>
</table></div>`;
}
