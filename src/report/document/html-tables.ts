import { shortId } from '../../model/ids.ts';
import { humanBytes } from '../../util/human.ts';
import { type Html, html } from './html-parts.ts';
import type { Report, ReportedImage, ReportedService } from './types.ts';
import { cacheText, isSlow, SERVICE_COLUMNS, sizeChange, statusText, testsText, timeOr, toneOf, UNKNOWN } from './words.ts';

const NUMBERS = ['work', 'expected', 'downtime', 'size'];

/** Every service of the run in a table; null when there is none. */
export function serviceTable({ services }: Report): Html | null {
  if (services.length === 0) return null;
  return html`<section class="services">
<h2>Services</h2>
<div class="scroll"><table>
<thead><tr>${SERVICE_COLUMNS.map((title) => html`<th scope="col"${NUMBERS.includes(title) ? html` class="num"` : null}>${title}</th>`)}</tr></thead>
<tbody>
${services.map(row)}</tbody>
</table></div>
</section>`;
}

function row(service: ReportedService): Html {
  const expected = service.estimateMs === null ? 'never seen' : timeOr(service.estimateMs);
  return html`<tr><th scope="row">${service.service}<span class="sub">${service.category}${service.critical ? ', critical' : ''}</span></th><td><span class="pill ${toneOf(service)}">${statusText(service.status)}</span></td><td>${service.cause?.code ?? UNKNOWN}</td><td class="num">${timeOr(service.workedMs)}${isSlow(service) ? html`<span class="sub warn">over p90</span>` : null}</td><td class="num">${expected}</td><td class="nowrap">${cacheText(service.cache)}</td><td>${testsText(service)}</td><td class="num">${timeOr(service.downtimeMs)}</td><td>${image(service.before)}</td><td>${image(service.after)}</td><td class="num">${sizeChange(service)}</td></tr>
`;
}

function image({ image, sizeBytes }: ReportedImage): Html {
  if (image === null) return html`${UNKNOWN}`;
  return html`<span class="mono">${shortId(image)}</span><span class="sub">${sizeBytes === null ? UNKNOWN : humanBytes(sizeBytes)}</span>`;
}
