import { setTimeout as wait } from 'node:timers/promises';

/** Asks until the answer is not null, undefined or false, and returns it; fails with `what` at the deadline. */
export async function eventually<T>(
  what: string | (() => string),
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  deadlineMs = 60_000,
): Promise<T> {
  const until = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (performance.now() > until)
      throw new Error(`did not happen within ${deadlineMs / 1000} s: ${typeof what === 'string' ? what : what()}`);
    await wait(20);
  }
}
