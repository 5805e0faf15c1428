/**
 * How containers of an image behave; durations in milliseconds from each start. With a restart policy a container that exits is started
 * again by the engine: then `exits` is a crash loop.
 */
export type Behaviour =
  /** Ready after a while (a long while is "too slow"), and well from then on. */
  | { readonly kind: 'healthy'; readonly afterMs: number }
  /** Runs, answers, and every check of it fails. */
  | { readonly kind: 'unhealthy' }
  /** Ends with a code; `times` = in its first so many starts, after which it is healthy; null = always. A job ends with 0. */
  | { readonly kind: 'exits'; readonly afterMs: number; readonly exitCode: number; readonly times: number | null }
  /** Ready after a while, and ill or ended some time later. */
  | { readonly kind: 'falls'; readonly afterMs: number; readonly fallsAfterMs: number; readonly how: 'unhealthy' | 'exits' }
  /** The engine refuses to create it. */
  | { readonly kind: 'never-created'; readonly message: string }
  /** The engine creates it and fails to start it. */
  | { readonly kind: 'never-started'; readonly message: string };

/** What one start of a container comes to, in milliseconds after the start; infinity = never. */
export interface Course {
  /** It answers well from here on… */
  readonly readyMs: number;
  /** …to here. */
  readonly fallsMs: number;
  readonly exitMs: number;
  readonly exitCode: number;
  /** It listens before it is ready, and answers badly. */
  readonly answersBadly: boolean;
}

const NEVER = Number.POSITIVE_INFINITY;

/** The course of a container's `start`-th start, counted from 1. */
export function courseOf(behaviour: Behaviour, start: number): Course {
  const well: Course = { readyMs: 0, fallsMs: NEVER, exitMs: NEVER, exitCode: 0, answersBadly: false };
  switch (behaviour.kind) {
    case 'healthy':
      return { ...well, readyMs: behaviour.afterMs };
    case 'unhealthy':
      return { ...well, readyMs: NEVER, answersBadly: true };
    case 'exits': {
      const { times, afterMs, exitCode } = behaviour;
      return times !== null && start > times ? well : { ...well, readyMs: NEVER, exitMs: afterMs, exitCode };
    }
    case 'falls': {
      const fallsMs = behaviour.afterMs + behaviour.fallsAfterMs;
      const fallen = { ...well, readyMs: behaviour.afterMs, fallsMs };
      return behaviour.how === 'exits' ? { ...fallen, exitMs: fallsMs, exitCode: 1 } : { ...fallen, answersBadly: true };
    }
    // Never started, so that nothing becomes of them.
    case 'never-created':
    case 'never-started':
      return well;
  }
}
