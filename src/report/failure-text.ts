import type { Failure } from '../model/failure.ts';
import type { Verdict } from '../model/verdict.ts';
import { assertNever } from '../util/assert.ts';
import { humanDuration } from '../util/human.ts';

/** One line that says what went wrong, without the service's name. */
export function failureText(failure: Failure): string {
  switch (failure.code) {
    case 'build-failed':
      return `build failed: ${firstLine(failure.message)}`;
    case 'build-timeout':
      return `build took longer than ${humanDuration(failure.afterMs)}`;
    case 'pull-failed':
      return `pull failed: ${firstLine(failure.message)}`;
    case 'test-failed':
      return `tests failed: exit code ${failure.exitCode}`;
    case 'test-timeout':
      return `tests took longer than ${humanDuration(failure.afterMs)}`;
    case 'test-out-of-memory':
      return `tests needed more memory than ${failure.limit}`;
    case 'backup-failed':
      return `backup tag could not be made: ${firstLine(failure.message)}`;
    case 'changed-underneath':
      return firstLine(failure.message);
    case 'preflight-failed':
      return `preflight failed: ${firstLine(failure.message)}`;
    case 'replace-failed':
      return `replace failed: ${firstLine(failure.message)}`;
    case 'bad-verdict':
      return verdictText(failure.verdict);
    case 'hook-failed':
      return `the ${failure.hook} hook ended with ${failure.exitCode ?? 'a signal'}`;
    case 'dependency-failed':
      return `${failure.dependency} failed`;
    case 'dependency-fell':
      return `taken back because ${failure.dependency} failed`;
    case 'rollback-failed':
      return `ROLLBACK FAILED: ${firstLine(failure.message)}`;
    case 'engine-error':
      return `the engine failed: ${firstLine(failure.message)}`;
    case 'disk-full':
      return `the disk is full: ${firstLine(failure.message)}`;
    case 'interrupted':
      return 'interrupted';
    default:
      return assertNever(failure);
  }
}

/** A verdict in words. */
function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'healthy':
      return `healthy: ${verdict.why}`;
    case 'unhealthy':
      return `unhealthy: ${verdict.why}`;
    case 'crash-looping':
      return `crash-looping: ${verdict.restarts} restarts${verdict.exitCode === null ? '' : `, last exit code ${verdict.exitCode}`}`;
    case 'never-started':
      return `never started: ${verdict.why}`;
    case 'too-slow':
      return `too slow: not healthy within ${humanDuration(verdict.deadlineMs)} (${verdict.why})`;
    case 'exited':
      return `exited with code ${verdict.exitCode}`;
    default:
      return assertNever(verdict);
  }
}

/** The last log lines that a failure carries. */
export function failureLog(failure: Failure): readonly string[] {
  return 'lastLogLines' in failure ? failure.lastLogLines : [];
}

function firstLine(text: string): string {
  return (
    text
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? text
  );
}
