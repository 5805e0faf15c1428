import type { StepIo } from '../../src/docker/port.ts';
import type { Progress } from '../../src/journal/events.ts';

/** A step's surroundings that remember what they were told. */
export interface RecordedIo extends StepIo {
  readonly told: { text: string; readonly progress: Progress[] };
  /** Aborts the step's signal. */
  abort(): void;
}

/** A fresh one; `onLog` sees each piece of log text as it comes. */
export function recordedIo(onLog: (io: RecordedIo) => void = () => undefined): RecordedIo {
  const controller = new AbortController();
  const told = { text: '', progress: [] as Progress[] };
  const io: RecordedIo = {
    told,
    signal: controller.signal,
    abort: () => controller.abort(),
    log: (text) => {
      told.text += text;
      onLog(io);
    },
    progress: (progress) => told.progress.push(progress),
  };
  return io;
}
