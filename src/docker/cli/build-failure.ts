import { assertNever } from '../../util/assert.ts';
import type { StepFailure } from '../port.ts';
import type { ChildEnd } from '../process.ts';
import type { FailedStep } from './build-log.ts';
import { problemFailure } from './step-failure.ts';
import { engineProblemIn, INSTALL } from './tool-problem.ts';
import { isDiskFull, isTransient } from './transient.ts';

const LAST_LINES = 20;

/** What is known of a build that did not succeed. */
export interface BrokenBuild {
  readonly end: ChildEnd;
  readonly failed: FailedStep | null;
  /** buildx's own last lines. */
  readonly words: readonly string[];
  readonly timeoutMs: number;
}

/** Why a build failed, with the last lines that explain it. */
export function buildFailure(build: BrokenBuild): StepFailure {
  const { end } = build;
  switch (end.kind) {
    case 'not-started':
      return problemFailure(`docker buildx did not start: ${end.message}; ${INSTALL}`);
    case 'stopped':
      if (end.why === 'aborted') return { failure: { code: 'interrupted' }, transient: false };
      return { failure: { code: 'build-timeout', afterMs: build.timeoutMs, lastLogLines: lastLines(build) }, transient: false };
    case 'signalled':
      return failedBuild(build, `docker buildx was ended by ${end.signal}`);
    case 'exited':
      return failedBuild(build, errorIn(build.words) ?? build.failed?.error ?? `docker buildx ended with exit code ${end.code}`);
    default:
      return assertNever(end);
  }
}

function failedBuild(build: BrokenBuild, message: string): StepFailure {
  const engine = engineProblemIn(build.words.join('\n'));
  if (engine) return problemFailure(engine.message);
  const step = build.failed?.name ?? null;
  const words = { message, step, output: build.failed?.lastLines ?? [] };
  if (isDiskFull(words)) return { failure: { code: 'disk-full', message: diskMessage(words) }, transient: false };
  return {
    failure: { code: 'build-failed', message, ...(step === null ? {} : { step }), lastLogLines: lastLines(build) },
    transient: isTransient(words),
  };
}

/** buildx's `ERROR: target api: failed to solve: …` without what the reader knows. */
function errorIn(words: readonly string[]): string | null {
  const line = words.findLast((word) => word.startsWith('ERROR: '));
  if (line === undefined) return null;
  return line
    .slice('ERROR: '.length)
    .replace(/^target \S+: /, '')
    .replace(/^failed to solve: /, '');
}

function diskMessage(words: { readonly message: string; readonly output: readonly string[] }): string {
  return [...words.output].reverse().find((line) => /no space left|quota exceeded|ENOSPC/i.test(line)) ?? words.message;
}

/** What the failing step wrote; when it wrote nothing (a bad Dockerfile, a missing file), what buildx says. */
function lastLines(build: BrokenBuild): readonly string[] {
  const output = build.failed?.lastLines ?? [];
  return (output.length > 0 ? output : build.words).slice(-LAST_LINES);
}
