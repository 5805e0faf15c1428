import type { Failure } from '../../model/failure.ts';
import { humanDuration } from '../../util/human.ts';

/** What failed, for a span's status: in words of ours alone, so that no line of a log gets into a trace. */
export function failureWords(failure: Failure): string {
  switch (failure.code) {
    case 'test-failed':
      return `exit code ${failure.exitCode}`;
    case 'build-timeout':
    case 'test-timeout':
      return `took longer than ${humanDuration(failure.afterMs)}`;
    case 'test-out-of-memory':
      return `needed more memory than ${failure.limit}`;
    case 'bad-verdict':
      return failure.verdict.kind;
    case 'hook-failed':
      return `${failure.hook} ended with ${failure.exitCode ?? 'a signal'}`;
    case 'dependency-failed':
    case 'dependency-fell':
      return failure.dependency;
    default:
      return failure.code;
  }
}
