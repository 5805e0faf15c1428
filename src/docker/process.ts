import { execa } from 'execa';
import { errorCode } from '../util/fs-error.ts';
import { ProcessGroup } from './process-group.ts';

/** A child process to run; there is no shell and no inherited environment. */
export interface ChildRequest {
  /** Program and arguments. */
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Written to its stdin, which is closed otherwise. */
  readonly input?: string;
  readonly timeoutMs: number;
  /** Between TERM and KILL when it is stopped, milliseconds. */
  readonly graceMs?: number;
  readonly signal?: AbortSignal;
  /** Receives stdout as it comes; without it, stdout is kept up to `maxOutputBytes`. */
  readonly onStdout?: (chunk: Buffer) => void;
  /** Receives stderr as it comes, besides its last 64 KiB that are kept. */
  readonly onStderr?: (chunk: Buffer) => void;
  /** More than this on a kept stdout stops the child. */
  readonly maxOutputBytes?: number;
}

/** How it ended. `stopped` is why we ended it ourselves; nothing of its process group is alive in any case. */
export type ChildEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'stopped'; readonly why: 'timeout' | 'aborted' | 'too-much-output' }
  | { readonly kind: 'not-started'; readonly code: string; readonly message: string };

export interface ChildResult {
  readonly end: ChildEnd;
  readonly stdout: string;
  readonly stderr: string;
}

const DEFAULT_GRACE_MS = 5_000;
const DEFAULT_MAX_OUTPUT_BYTES = 64 << 20;
const KEPT_STDERR_BYTES = 64 << 10;

/** Runs a child in a process group of its own; on a time-out or abort the group gets TERM, then KILL. Never rejects. */
export async function runChild(request: ChildRequest): Promise<ChildResult> {
  if (request.signal?.aborted) return { end: { kind: 'stopped', why: 'aborted' }, stdout: '', stderr: '' };
  const [file, ...args] = request.argv;
  const child = execa(file, args, {
    detached: true,
    reject: false,
    buffer: false,
    extendEnv: false,
    env: request.env,
    ...(request.cwd === undefined ? {} : { cwd: request.cwd }),
    ...(request.input === undefined ? { stdin: 'ignore' as const } : { input: request.input }),
  });
  const group = new ProcessGroup(child, request.graceMs ?? DEFAULT_GRACE_MS);
  const stdout = new Kept(request.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES, 'first', () => group.stop('too-much-output'));
  const stderr = new Kept(KEPT_STDERR_BYTES, 'last', () => undefined);
  child.stdout?.on('data', request.onStdout ?? ((chunk: Buffer) => stdout.add(chunk)));
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr.add(chunk);
    request.onStderr?.(chunk);
  });
  const timer = setTimeout(() => group.stop('timeout'), request.timeoutMs);
  const abort = () => group.stop('aborted');
  request.signal?.addEventListener('abort', abort, { once: true });
  try {
    const result = await child;
    await group.gone();
    return { end: endOf(result, group.stopped), stdout: stdout.text, stderr: stderr.text };
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', abort);
  }
}

interface Settled {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly originalMessage?: string | undefined;
  readonly cause?: unknown;
}

function endOf(result: Settled, stopped: ProcessGroup['stopped']): ChildEnd {
  if (stopped) return { kind: 'stopped', why: stopped };
  if (result.exitCode !== undefined) return { kind: 'exited', code: result.exitCode };
  if (result.signal !== undefined) return { kind: 'signalled', signal: result.signal };
  return { kind: 'not-started', code: errorCode(result.cause), message: result.originalMessage ?? 'it did not start' };
}

/** The first or last bytes of a stream. */
class Kept {
  readonly #maxBytes: number;
  readonly #which: 'first' | 'last';
  readonly #onOverflow: () => void;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number, which: 'first' | 'last', onOverflow: () => void) {
    this.#maxBytes = maxBytes;
    this.#which = which;
    this.#onOverflow = onOverflow;
  }

  add(chunk: Buffer): void {
    const over = this.#bytes + chunk.length > this.#maxBytes;
    if (over) this.#onOverflow();
    if (over && this.#which === 'first') return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes - (this.#chunks[0]?.length ?? 0) >= this.#maxBytes) this.#bytes -= this.#chunks.shift()!.length;
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
