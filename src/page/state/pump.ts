/** At most ten pictures a second, as the terminal has: what comes faster nobody can read. */
const BETWEEN_MS = 100;

/** What the pump needs of the browser. */
export interface PumpNeeds {
  readonly nowMs: () => number;
  readonly onFrame: (run: () => void) => void;
  readonly later: (run: () => void, ms: number) => void;
}

/** Gathers changes: however many come, `flush` runs before a frame is painted and at most ten times a second. The last change is always shown. */
export function createPump(flush: () => void, { nowMs, onFrame, later }: PumpNeeds): { readonly changed: () => void } {
  let waiting = false;
  let lastMs = Number.NEGATIVE_INFINITY;
  const run = () => {
    waiting = false;
    lastMs = nowMs();
    flush();
  };
  const changed = () => {
    if (waiting) return;
    waiting = true;
    const restMs = lastMs + BETWEEN_MS - nowMs();
    if (restMs <= 0) onFrame(run);
    else later(() => onFrame(run), restMs);
  };
  return { changed };
}
