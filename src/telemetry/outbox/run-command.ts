import { runChild } from '../../docker/process.ts';
import { assertNever } from '../../util/assert.ts';
import { humanDuration } from '../../util/human.ts';
import type { Notification } from '../notify/notification.ts';
import type { Sent } from './letter.ts';

/** Between TERM and KILL of a command that takes too long. */
const GRACE_MS = 200;

interface CommandScene {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly root: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Runs a command that is told of a run, without a shell, in a process group of its own and from the project dir. It gets the notification as
 * JSON on stdin, SLIPWAY_RUN and SLIPWAY_NOTIFICATION in its environment; exit code 0 is success. What it prints is nobody's.
 */
export async function runCommand(command: readonly string[], notification: Notification, scene: CommandScene): Promise<Sent> {
  const [program = '', ...args] = command;
  const { env, root, timeoutMs, signal } = scene;
  const { end } = await runChild({
    argv: [program, ...args],
    env: { ...defined(env), SLIPWAY_RUN: notification.run, SLIPWAY_NOTIFICATION: notification.event },
    cwd: root,
    input: `${JSON.stringify(notification)}\n`,
    timeoutMs,
    graceMs: GRACE_MS,
    signal,
    onStdout: () => {},
  });
  switch (end.kind) {
    case 'exited':
      return end.code === 0 ? { kind: 'delivered', remark: null } : failed(`it ended with ${end.code}`);
    case 'signalled':
      return failed(`it was ended by ${end.signal}`);
    case 'stopped':
      return failed(`it took longer than ${humanDuration(timeoutMs)}`);
    case 'not-started':
      return { kind: 'refused', why: `it cannot be started (${end.code || 'unknown'})` };
    default:
      return assertNever(end);
  }
}

function failed(why: string): Sent {
  return { kind: 'failed', why, retryAfterMs: null };
}

function defined(env: CommandScene['env']): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
