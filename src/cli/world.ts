import { type Clock, systemClock } from '../util/clock.ts';
import { selfFrom } from './self.ts';

/** One of the process's two outputs. */
export interface Sink {
  readonly isTty: boolean;
  /** Character cells; 0 when it is no terminal. */
  size(): { readonly columns: number; readonly rows: number };
  /** Does nothing once nobody reads any more. */
  write(text: string): void;
  onResize(listener: () => void): () => void;
  /** Resolves when all that was written has been passed on, or nobody reads any more. */
  flushed(): Promise<void>;
}

/** What commands see of the process; everything else of it stays in main. */
export interface World {
  readonly args: readonly string[];
  /** How the operator called Slipway, for commands to run next: `slipway`, or `node dist/slipway.mjs`. */
  readonly self: string;
  readonly cwd: string;
  readonly pid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly out: Sink;
  readonly err: Sink;
  readonly input: NodeJS.ReadStream;
  /** Calls back when the process exits by whatever way; returns what takes it back. */
  onExit(listener: () => void): () => void;
}

/** The world of this process. Output that nobody reads (`| head`, a closed terminal) is dropped instead of ending it. */
export function processWorld(): World {
  return {
    args: process.argv.slice(2),
    self: selfFrom(process.argv[1] ?? '', { cwd: process.cwd(), path: process.env.PATH ?? '' }),
    cwd: process.cwd(),
    pid: process.pid,
    env: process.env,
    clock: systemClock,
    out: sinkOf(process.stdout),
    err: sinkOf(process.stderr),
    input: process.stdin,
    onExit: (listener) => {
      process.once('exit', listener);
      return () => process.off('exit', listener);
    },
  };
}

/** EPIPE: the reader has gone. EIO: the terminal has. */
const NOBODY_READS = ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'];

function sinkOf(stream: NodeJS.WriteStream): Sink {
  let gone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!NOBODY_READS.includes(error.code ?? '')) throw error;
    gone = true;
  });
  return {
    isTty: stream.isTTY === true,
    size: () => ({ columns: stream.columns ?? 0, rows: stream.rows ?? 0 }),
    write: (text) => {
      if (!gone && text !== '') stream.write(text);
    },
    onResize: (listener) => {
      stream.on('resize', listener);
      return () => stream.off('resize', listener);
    },
    flushed: () =>
      new Promise((resolve) => {
        if (gone) resolve();
        else stream.write('', () => resolve());
      }),
  };
}
