import { shortId } from '../model/ids.ts';
import { counted, humanDuration } from '../util/human.ts';
import { epochMsOf } from '../util/instant.ts';
import { estimateLines } from './estimate-text.ts';
import { formatAge, wrapWords } from './text-parts.ts';
import type { Guard, Plan, PlannedService, PlanStep } from './types.ts';

/** Paints a text for the terminal; `picocolors.createColors()` fits. */
interface PlanColours {
  bold(text: string): string;
  dim(text: string): string;
  yellow(text: string): string;
}

/** How wide to write, and from when a base image's age is counted. */
export interface PlanTextOptions {
  readonly columns: number;
  readonly nowMs: number;
  readonly colour?: PlanColours;
}

const PLAIN: PlanColours = { bold: (text) => text, dim: (text) => text, yellow: (text) => text };

/** How many of the dependents that go back before a service are named. */
const NAMED_AT_MOST = 6;

const MARKS: Readonly<Record<Guard, string>> = { 'image-differs': '?', 'dependency-replaced': '~', 'image-or-dependency': '?~' };

/** The plan as people read it, and as tests compare it: waves with causes and strategies, what is left alone and why; ends with a newline. */
export function planToText(plan: Plan, options: PlanTextOptions): string {
  const colour = options.colour ?? PLAIN;
  const page = { plan, columns: Math.max(20, options.columns), colour };
  const sections = [
    wrapWords(headline(plan), page.columns, 0).map(colour.bold),
    ...waveSections(plan, page),
    legend(plan.services, page),
    estimates(plan, page),
    bases(plan, options.nowMs, page),
    untouched(plan, page),
    diagnostics(plan, page),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

interface Page {
  readonly plan: Plan;
  readonly columns: number;
  readonly colour: PlanColours;
}

function headline({ services, untouched, estimate }: Plan): string {
  const counts = `Plan: ${services.length} planned, ${untouched.length} untouched`;
  if (services.length === 0) return `${counts}; nothing to do`;
  if (!estimate) return `${counts}, none seen before: no estimate`;
  const typical = humanDuration(estimate.typicalMs);
  const slow = humanDuration(estimate.slowMs);
  const guessed = estimate.unseen > 0 ? `, ${estimate.unseen} never seen before` : '';
  return `${counts}, about ${typical}${slow === typical ? '' : ` to ${slow}`}${guessed}`;
}

/** Waves of a rollback are an order only: dependents go back first, whatever their risk. */
function waveSections({ services, options }: Plan, page: Page): string[][] {
  const waves = groupBy(services, (s) => s.wave);
  return [...waves]
    .sort(([a], [b]) => a - b)
    .map(([wave, members]) => {
      const risk = options.rollback ? '' : `, ${members[0]!.effectiveRisk} risk`;
      const heading = `Wave ${wave}${risk}: ${counted(members.length, 'service')}`;
      const groups = groupBy(members, (s) => `${s.cause.code}: ${s.cause.text}\n${stepsText(s.steps)}`);
      return [page.colour.bold(heading), ...[...groups].flatMap(([title, group]) => groupLines(title, group, page))];
    });
}

/** Services of one cause and the same steps: in one list when there is no more to say of each, else a line each. */
function groupLines(title: string, group: readonly PlannedService[], page: Page): string[] {
  const [cause, steps] = title.split('\n') as [string, string];
  const strategies = new Set(group.map((s) => detailOf(s, page)));
  const shared = strategies.size === 1 && !group.some(relations);
  const strategy = shared ? [...strategies][0]! : '';
  const how = 4 + steps.length + 2 + strategy.length <= page.columns && shared ? [`${steps}; ${strategy}`] : [steps, strategy];
  const hows = how.filter((line) => line !== '').flatMap((line) => wrapWords(line, page.columns, 4));
  const names = shared
    ? wrapWords(group.map((s) => s.service).join(', '), page.columns, 6)
    : group.flatMap((s) => serviceLines(s, group, page));
  return [...wrapWords(cause, page.columns, 2), ...hows.map(page.colour.dim), ...names];
}

/** What a service's line is about: of a rollback which image comes for which, of everything else how it is replaced. */
function detailOf(service: PlannedService, { plan }: Page): string {
  const step = service.steps.find((s) => s.kind === 'rollback');
  if (!step?.image) return strategyText(service);
  const runs = plan.observed[service.service]?.image ?? null;
  const image = runs === null ? `image ${shortId(step.image)}` : `image ${shortId(runs)} -> ${shortId(step.image)}`;
  const changes = step.changes ?? [];
  const parts = [changes.includes('image') && image, changes.includes('configuration') && 'configuration'].filter(Boolean);
  return parts.length === 0 ? 'as it is, started again' : parts.join(', ');
}

function serviceLines(service: PlannedService, group: readonly PlannedService[], page: Page): string[] {
  const width = Math.min(28, Math.max(...group.map((s) => s.service.length)));
  const detail = [detailOf(service, page), relations(service)].filter(Boolean).join('; ');
  const indent = 6 + width + 2;
  const [first, ...rest] = wrapWords(detail, page.columns, indent);
  const name = `      ${service.service.padEnd(width)}`;
  if (service.service.length > width) return [name, first!, ...rest];
  return [`${name}  ${first!.trimStart()}`, ...rest];
}

function strategyText({ strategy }: PlannedService): string {
  if (strategy.order === 'none') return strategy.why;
  const first = strategy.preflight ? ', after a shadow preflight' : '';
  return `${strategy.order}${first} (${strategy.why.replace('start-first is not possible: ', '')})`;
}

function relations({ requires, steps }: PlannedService): string {
  const leader = steps.find((step) => step.sameBuildAs)?.sameBuildAs;
  const dependents = steps.flatMap((step) => (step.kind === 'rollback' ? (step.after ?? []) : [])).map(serviceOf);
  const more = dependents.length - NAMED_AT_MOST;
  const named = more > 0 ? [...dependents.slice(0, NAMED_AT_MOST), counted(more, 'other')] : dependents;
  const before = [...new Set([...requires, ...named])];
  return [leader && `same build as ${leader}`, before.length > 0 && `after ${before.join(', ')}`].filter(Boolean).join('; ');
}

function serviceOf(step: string): string {
  return step.slice(0, step.lastIndexOf(':'));
}

function stepsText(steps: readonly PlanStep[]): string {
  return steps.map((step) => `${stepName(step)}${step.guard ? MARKS[step.guard] : ''}`).join(' > ');
}

function stepName(step: PlanStep): string {
  if (step.kind === 'build' && step.pull) return 'pull';
  return step.kind === 'replace' && step.action !== 'up' ? (step.action ?? 'replace') : step.kind;
}

function legend(services: readonly PlannedService[], page: Page): string[] {
  const guards = new Set(services.flatMap((s) => s.steps.map((step) => step.guard)));
  const lines = [
    guards.has('image-differs') || guards.has('image-or-dependency') ? '? only if the new image is not the one that runs' : null,
    guards.has('dependency-replaced') || guards.has('image-or-dependency') ? '~ only if what it depends on was replaced' : null,
  ];
  return lines.filter((line) => line !== null).flatMap((line) => wrapWords(line, page.columns, 0).map(page.colour.dim));
}

/** Each category as if it were done alone, so they do not sum up to the whole. */
function estimates(plan: Plan, { columns, colour }: Page): string[] {
  const lines = estimateLines(plan, columns);
  return lines.length === 0 ? [] : [colour.bold('Estimate, each category by itself'), ...lines];
}

/** A rebuild on a cached base fixes no CVE, so the plan says how old each base is (contract, section 6). */
function bases(plan: Plan, nowMs: number, page: Page): string[] {
  const uses = groupBy(
    plan.services.flatMap((s) => s.bases ?? []),
    (base) => base.ref,
  );
  if (uses.size === 0) return [];
  const width = Math.min(40, Math.max(...[...uses.keys()].map((ref) => ref.length)));
  const lines = [...uses].map(([ref, all]) => {
    const created = all[0]!.created;
    const age = created === null ? 'not on the engine, age unknown' : formatAge(nowMs - epochMsOf(created));
    return `  ${ref.padEnd(width)}  ${age}, under ${counted(all.length, 'service')}`;
  });
  const advice = plan.options.pull
    ? []
    : wrapWords('a build on a cached base brings no fixes of it; --pull refreshes bases', page.columns, 2);
  return [page.colour.bold('Base images'), ...lines, ...advice.map(page.colour.dim)];
}

function untouched(plan: Plan, page: Page): string[] {
  if (plan.untouched.length === 0) return [];
  const groups = groupBy(plan.untouched, (u) => u.cause.text);
  const lines = [...groups].flatMap(([reason, members]) => [
    ...wrapWords(`${reason}:`, page.columns, 2),
    ...wrapWords(members.map((u) => u.service).join(', '), page.columns, 4),
  ]);
  return [page.colour.bold(`Untouched: ${counted(plan.untouched.length, 'service')}`), ...lines];
}

function diagnostics({ diagnostics }: Plan, page: Page): string[] {
  const counts = (['error', 'warning', 'info'] as const).map((severity) => {
    const count = diagnostics.filter((d) => d.severity === severity).length;
    return count === 0 ? '' : severity === 'info' ? `${count} info` : counted(count, severity);
  });
  const text = counts.filter((part) => part !== '').join(', ');
  return text === '' ? [] : [page.colour.yellow(`Diagnostics: ${text}`)];
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
