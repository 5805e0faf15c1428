import { connect, type Socket } from 'node:net';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { type Clock, systemClock } from '../util/clock.ts';
import { errorCode } from '../util/fs-error.ts';
import { printable } from '../util/printable.ts';
import { type ReadLine, readOneLine } from './line.ts';
import { type ControlPlace, controlPlace, whyUnsafe } from './place.ts';
import { type ControlAnswer, type ControlRequest, MAX_LINE_BYTES, readReply, TIMEOUT_MS } from './protocol.ts';

/**
 * Asks the process that executes the live run of a project dir. Errors: `no-live-run`, `control-denied` (another user's), `control-failed`
 * (it did not answer), and what the run refuses: `wrong-run`, `run-stopping`, `bad-request`.
 */
export async function askControl(
  root: string,
  request: Omit<ControlRequest, 'v'>,
  clock: Clock = systemClock,
): Promise<Result<ControlAnswer, Diagnostic>> {
  const place = await controlPlace(root).catch(() => null);
  if (place === null) return err(noLiveRun(root));
  const looked = await whyUnsafe(place).then(ok, (error: Error) => err(unreachable(error, root)));
  if (!looked.ok) return looked;
  if (looked.value !== null) return err(denied(looked.value));
  const connected = await reach(place, root);
  if (!connected.ok) return connected;
  const socket = connected.value;
  try {
    socket.write(`${JSON.stringify({ v: 1, ...request })}\n`);
    return understood(await readOneLine(socket, { maxBytes: MAX_LINE_BYTES, timeoutMs: TIMEOUT_MS, clock }));
  } finally {
    socket.destroy();
  }
}

function reach({ socket: path }: ControlPlace, root: string): Promise<Result<Socket, Diagnostic>> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(ok(socket)));
    // Stays for later errors too, which the reader sees as the end.
    socket.on('error', (error) => resolve(err(unreachable(error, root))));
  });
}

function understood(read: ReadLine): Result<ControlAnswer, Diagnostic> {
  if (read.kind !== 'line') return err(failed(NO_ANSWER[read.kind]));
  const reply = readReply(read.text);
  if (reply === null) return err(failed('its answer is none that this version of Slipway knows'));
  if (reply.ok) {
    const { run, paused, level, changed } = reply;
    return ok({ run, paused, level, changed });
  }
  return err({ code: reply.code, severity: 'error', message: `Refused: ${printable(reply.message)}` });
}

const NO_ANSWER = {
  'too-long': 'its answer is longer than any can be',
  'cut-short': 'it went away before it answered; the run may have ended in this moment',
  timeout: `it did not answer within ${TIMEOUT_MS / 1000} s`,
};

function unreachable(error: Error, root: string): Diagnostic {
  switch (errorCode(error)) {
    // Nobody listens: there was no run, it has ended, or its process died.
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ECONNREFUSED':
      return noLiveRun(root);
    case 'EACCES':
    case 'EPERM':
      return denied('its socket is open to nobody else');
    default:
      return failed(error.message);
  }
}

function noLiveRun(root: string): Diagnostic {
  const message = `No run that can be controlled is live in ${printable(root)}`;
  return { code: 'no-live-run', severity: 'error', message, remedy: 'see `slipway status`' };
}

function denied(why: string): Diagnostic {
  const message = `The run can be controlled by the user who started it alone: ${why}`;
  return { code: 'control-denied', severity: 'error', message, remedy: 'ask as that user' };
}

function failed(why: string): Diagnostic {
  const message = `The process of the run could not be asked: ${printable(why)}`;
  return { code: 'control-failed', severity: 'error', message, remedy: 'see `slipway status`, and try once more' };
}
