import type { FleetSample } from '../../model/usage.ts';
import type { Clock } from '../../util/clock.ts';
import type { FleetWatch } from '../watch-port.ts';

/** CPU is a difference of two looks: the second one comes soon. */
const SECOND_LOOK_MS = 1000;
/** A look that takes long is followed by a pause of so many times its length: the engine is not kept busy by those who only look. */
const PAUSES = 3;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Samples of the fleet until the signal: one at once, then about one each `everyMs`, fewer when looking takes the engine long. While the
 * consumer works on a sample no other is taken.
 */
export async function* watchFleet(
  watch: Pick<FleetWatch, 'sample'>,
  { clock, everyMs, signal }: { readonly clock: Clock; readonly everyMs: number; readonly signal: AbortSignal },
): AsyncGenerator<FleetSample> {
  for (let looks = 1; !signal.aborted; looks += 1) {
    const beganMs = clock.now();
    const sample = await watch.sample(signal);
    const tookMs = clock.now() - beganMs;
    if (signal.aborted) return;
    yield sample;
    const wantedMs = looks === 1 ? Math.min(everyMs, SECOND_LOOK_MS) : everyMs;
    await clock.sleep(Math.min(Math.max(wantedMs - tookMs, PAUSES * tookMs, 0), LONGEST_PAUSE_MS), signal);
  }
}
