import { shortId } from '../../model/ids.ts';
import { counted, humanBytes, humanDuration } from '../../util/human.ts';
import { durationInParts } from '../facts/active-time.ts';
import { isTrouble } from '../facts/service-row.ts';
import { countsText } from '../run-view.ts';
import type { Report, ReportedImage, ReportedService } from './types.ts';

/** What a table of services tells of each; a table that is not in groups names the category after the service. */
export const SERVICE_COLUMNS = [
  'service',
  'status',
  'because',
  'work',
  'expected',
  'build cache',
  'tests',
  'downtime',
  'image before',
  'image after',
  'size',
] as const;

/** Stands for what is not known, or does not apply. */
export const UNKNOWN = '—';

/** A duration, or that there is none. */
export function timeOr(ms: number | null): string {
  return ms === null ? UNKNOWN : humanDuration(ms);
}

/** `rolled back`, not `rolled-back`. */
export function statusText(status: ReportedService['status']): string {
  return status.replace('-', ' ');
}

/** `4 / 9 (44 %)`: cached steps of all. */
export function cacheText(cache: { readonly cachedSteps: number; readonly totalSteps: number } | null): string {
  if (cache === null || cache.totalSteps === 0) return UNKNOWN;
  return `${cache.cachedSteps} / ${cache.totalSteps} (${Math.round((100 * cache.cachedSteps) / cache.totalSteps)} %)`;
}

/** How it was tested. */
export function testsText({ tested, tests }: Pick<ReportedService, 'tested' | 'tests'>): string {
  if (tested === null) return UNKNOWN;
  if (tested === 'passed') return tests === null ? 'passed' : `${tests} passed`;
  return tested.replace('-', ' ');
}

/** An image's short id and size. */
export function imageText({ image, sizeBytes }: ReportedImage): string {
  if (image === null) return UNKNOWN;
  return sizeBytes === null ? shortId(image) : `${shortId(image)}, ${humanBytes(sizeBytes)}`;
}

/** How the size changed: `+12 MB`, `-3.4 MB`, `same`. */
export function sizeChange({ before, after }: Pick<ReportedService, 'before' | 'after'>): string {
  if (before.sizeBytes === null || after.sizeBytes === null) return UNKNOWN;
  const change = after.sizeBytes - before.sizeBytes;
  if (change === 0) return 'same';
  return `${change > 0 ? '+' : '-'}${humanBytes(Math.abs(change))}`;
}

/** Whether its work took longer than all its steps at their 90th percentile; false where one of them was never seen before. */
export function isSlow({ workedMs, steps }: Pick<ReportedService, 'workedMs' | 'steps'>): boolean {
  const known = steps.filter(({ estimate }) => estimate && estimate.samples > 0);
  if (workedMs === null || known.length < steps.length || steps.length === 0) return false;
  return workedMs > known.reduce((total, { estimate }) => total + estimate!.slowMs, 0);
}

/** Whether it ended otherwise than meant. */
export function isTroubled({ status, failure }: ReportedService): boolean {
  return isTrouble({ status, failure: failure === null ? null : failure.text });
}

/** `Run 20260204_140000 failed`. */
export function titleText({ run, outcome }: Pick<Report, 'run' | 'outcome'>): string {
  return `Run ${run} ${outcome}`;
}

/** `38 completed, 1 failed, 1 skipped of 40 services`; what has not ended is told too. */
export function resultText({ counts, command }: Pick<Report, 'counts' | 'command'>): string {
  if (counts.total === 0) return 'nothing to do';
  const open = counts.waiting + counts.running + counts.soaking;
  return `${countsText(counts, command)}${open > 0 ? `, ${open} unfinished` : ''} of ${counted(counts.total, 'service')}`;
}

/** `1m12s; expected 1m05s, at worst 2m (p90), 3 never seen before`. */
export function durationText(report: Pick<Report, 'durationMs' | 'estimate' | 'resumed'>): string {
  const { durationMs, estimate } = report;
  const took = durationMs === null ? UNKNOWN : durationInParts(durationMs, report);
  if (!estimate) return `${took}; no estimate: nothing of it had been seen before`;
  const unseen = estimate.unseen > 0 ? `, ${estimate.unseen} never seen before` : '';
  return `${took}; expected ${humanDuration(estimate.typicalMs)}, p90 ${humanDuration(estimate.slowMs)}${unseen}`;
}

/** The downtimes of all replaced services in one line. */
export function downtimeText(downtime: Report['downtime']): string {
  if (downtime === null) return UNKNOWN;
  const { services, medianMs, longestMs, longest } = downtime;
  return `${counted(services, 'service')}: median ${humanDuration(medianMs)}, longest ${humanDuration(longestMs)} (${longest})`;
}

/** The options that made the run what it was, as they are given on the command line. */
export function optionsText({ options }: Pick<Report, 'options'>): string {
  if (options === null) return UNKNOWN;
  const parts = [
    options.services.length > 0 && options.services.join(' '),
    options.categories.length > 0 && `--category ${options.categories.join(',')}`,
    options.skipTests && '--skip-tests',
    options.noCache && '--no-cache',
    options.force && '--force',
    options.pull && '--pull',
    options.batchSize !== null && `--batch-size ${options.batchSize}`,
    options.maxFailures !== null && `--max-failures ${options.maxFailures}`,
    options.rollbackOnFail && '--rollback-on-fail',
    ...options.profiles.map((profile) => `--profile ${profile}`),
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'none' : parts.join(' ');
}

const CSI = new RegExp(`${String.fromCharCode(27)}\\[[0-?]*[ -/]*[@-~]`, 'g');

/** A line of a log without what colours it on a terminal. */
export function withoutColour(line: string): string {
  return line.replace(CSI, '');
}

/** An instant for people, in UTC: `2026-02-04 14:00:00 UTC`. */
export function instantText(instant: string | null): string {
  return instant === null ? UNKNOWN : `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
}

/** How a service's end is to be taken; the names of styles. */
export function toneOf(service: ReportedService): 'good' | 'bad' | 'warn' | 'idle' {
  if (isTroubled(service)) return service.status === 'skipped' ? 'warn' : 'bad';
  return service.status === 'completed' || service.status === 'rolled-back' ? 'good' : 'idle';
}
