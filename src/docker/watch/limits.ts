/** How many requests of a watcher the engine has at the same time: a run goes first. */
export const AT_ONCE = 4;

/** After so long a look is given up, milliseconds; the next one tries again. */
export const CALL_LIMIT_MS = 10_000;
