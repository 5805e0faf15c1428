/** The fleet's health at a glance: services report, a page, a summary and a badge show it. */
import { BadRequest } from '../../libs/node/web.mjs';

const RANK = ['healthy', 'degraded', 'down'];
const COLOURS = { healthy: '#2e7d32', degraded: '#ef6c00', down: '#c62828', unknown: '#757575' };
const SLOW_MS = 1000;

const reports = new Map();

function health() {
  return { status: 'ok', reports: reports.size };
}

/** A service's own report; one that takes longer than a second counts as degraded whatever it says. */
function report({ service, up, ms }) {
  if (typeof service !== 'string' || service === '') throw new BadRequest('a report names its service');
  const state = !up ? 'down' : ms > SLOW_MS ? 'degraded' : 'healthy';
  const before = reports.get(service)?.state ?? 'unknown';
  reports.set(service, { state, ms });
  return { service, state, changed: before !== state };
}

/** The number of services in each state, and the worst of the states. */
function summary() {
  const counts = Object.fromEntries(RANK.map((state) => [state, 0]));
  for (const { state } of reports.values()) counts[state] += 1;
  const worst = RANK.findLast((state) => counts[state] > 0) ?? 'unknown';
  return { counts, worst };
}

/** An SVG badge of the worst state, as wide as its words need. */
function badge() {
  const { worst } = summary();
  const width = 16 + worst.length * 7;
  const text =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20">` +
    `<rect width="${width}" height="20" rx="3" fill="${COLOURS[worst]}"/>` +
    `<text x="8" y="14" fill="#fff" font-family="sans-serif" font-size="12">${worst}</text></svg>`;
  return { type: 'image/svg+xml', text };
}

/** The page: the worst services on top. */
function page() {
  const sorted = [...reports].sort(
    ([a, one], [b, other]) => RANK.indexOf(other.state) - RANK.indexOf(one.state) || a.localeCompare(b),
  );
  const rows = sorted.map(([name, { state, ms }]) => `<tr><td>${escapeHtml(name)}<td>${state}<td>${ms} ms`);
  return { type: 'text/html; charset=utf-8', text: `<!doctype html><title>Health</title><table>${rows.join('')}</table>` };
}

function escapeHtml(text) {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** Forget every report; for a new day, and for tests. */
function reset() {
  reports.clear();
  return health();
}

export const handlers = {
  'GET /health': health,
  'GET /': page,
  'GET /api/summary': summary,
  'GET /badge.svg': badge,
  'POST /api/report': report,
  'POST /api/reset': reset,
};
