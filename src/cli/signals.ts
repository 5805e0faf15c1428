import { EXIT, type ExitCode } from '../model/status.ts';
import type { StopController, StopLevel } from '../run/executor/stop.ts';

type Name = 'SIGINT' | 'SIGTERM' | 'SIGHUP';
type Meaning = 'drain' | 'interrupt' | 'kill';

/** A signal that came, and what it makes the run do. */
export interface Received {
  readonly signal: Name;
  readonly meaning: Meaning;
}

const STAGES: readonly { readonly meaning: Meaning; readonly level: StopLevel }[] = [
  { meaning: 'drain', level: 'draining' },
  { meaning: 'interrupt', level: 'interrupting' },
  { meaning: 'kill', level: 'killing' },
];

/** How long a killed run has to write down how far it came, milliseconds: longer than the grace that its children get. */
const LAST_WORDS_MS = 7000;

/**
 * From now on signals stop the run instead of the process: the first drains, the second interrupts, the third kills and ends the process soon
 * (house rule 8). To be called before the lock is taken. Returns what puts things back.
 */
export function catchSignals(stop: StopController, onReceived: (received: Received) => void): () => void {
  let count = 0;
  const handlers = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    const handler = () => {
      count = Math.max(count, cancelsBefore(stop));
      const { meaning, level } = STAGES[Math.min(count, STAGES.length - 1)]!;
      count += 1;
      stop.raise(level, { kind: 'signal', signal });
      onReceived({ signal, meaning });
      if (meaning === 'kill') setTimeout(() => process.exit(exitCodeOf(signal)), LAST_WORDS_MS).unref();
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  return () => {
    for (const remove of handlers) remove();
  };
}

function exitCodeOf(signal: Name): ExitCode {
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
}

/** What another process has asked for already counts as the signals that ask for the same. */
function cancelsBefore({ reason, level }: StopController): number {
  if (reason?.kind !== 'cancelled') return 0;
  return level === 'draining' ? 1 : 2;
}
