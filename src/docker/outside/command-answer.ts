import { assertNever } from '../../util/assert.ts';
import { humanDuration } from '../../util/human.ts';
import { TailLines } from '../api/output.ts';
import type { Environment } from '../environment.ts';
import type { CommandAnswer } from '../outside-port.ts';
import { runChild } from '../process.ts';

const KEPT_LINES = 5;
const GRACE_MS = 1000;

interface CommandScene {
  readonly env: Environment;
  readonly folder: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Runs a command of the operator's once and tells how it ended, with the last lines of its output. */
export async function commandAnswer(
  [program = '', ...args]: readonly string[],
  { env, folder, timeoutMs, signal }: CommandScene,
): Promise<CommandAnswer> {
  const tail = new TailLines(KEPT_LINES, 300);
  const add = (chunk: Buffer) => tail.add(chunk.toString('utf8'));
  const defined = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { end } = await runChild({
    argv: [program, ...args],
    env: Object.fromEntries(defined),
    cwd: folder,
    timeoutMs,
    graceMs: GRACE_MS,
    signal,
    onStdout: add,
    onStderr: add,
  });
  const notDone = (why: string): CommandAnswer => ({ kind: 'not-done', why, lastLines: tail.lines });
  switch (end.kind) {
    case 'exited':
      return { kind: 'exited', code: end.code, lastLines: tail.lines };
    case 'signalled':
      return notDone(`it was ended by ${end.signal}`);
    case 'stopped':
      return notDone(end.why === 'timeout' ? `it was not done in ${humanDuration(timeoutMs)}` : 'it was interrupted');
    case 'not-started':
      return notDone(`it cannot be started: ${end.message}`);
    default:
      return assertNever(end);
  }
}
