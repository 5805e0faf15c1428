import { emitKeypressEvents, type Interface } from 'node:readline';
import type { Key, Terminal } from '../tui/terminal-port.ts';
import type { World } from './world.ts';

/** How long Escape is waited for to become the beginning of another key, milliseconds. */
const ESCAPE_MS = 50;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type SignalListener = Parameters<Terminal['onSignal']>[0];

/** The terminal of this process, for a program that fills its screen. */
export function processTerminal({ out, input, onExit, pid }: World): Terminal {
  return {
    size: () => sizeOr80x24(out.size()),
    write: (text) => out.write(text),
    onResize: (listener) => out.onResize(listener),
    onKey: (listener) => listenToKeys(input, listener),
    onLeave: (listener) => {
      // Before anybody says on the screen what went wrong.
      process.prependListener('uncaughtException', listener);
      process.prependListener('unhandledRejection', listener);
      const undo = onExit(listener);
      return () => {
        process.off('uncaughtException', listener);
        process.off('unhandledRejection', listener);
        undo();
      };
    },
    onSignal: (listener) => listenToSignals(input, listener),
    suspend: () => {
      if (input.isTTY) input.setRawMode(false);
      process.kill(pid, 'SIGSTOP');
    },
  };
}

/** Some terminals (a serial line) do not say. */
function sizeOr80x24({ columns, rows }: { columns: number; rows: number }) {
  return { columns: columns || 80, rows: rows || 24 };
}

function listenToKeys(input: NodeJS.ReadStream, listener: (key: Key) => void): () => void {
  // Of an interface only this is looked at; a whole one would edit lines.
  emitKeypressEvents(input, { escapeCodeTimeout: ESCAPE_MS } as unknown as Interface);
  const onKeypress = (text: string | undefined, key: { name?: string; ctrl?: boolean; meta?: boolean; shift?: boolean }) => {
    const types = text !== undefined && !key.ctrl && !key.meta && !/[\u0000-\u001f\u007f]/.test(text);
    listener({ text: types ? text : '', name: key.name ?? '', ctrl: key.ctrl === true, shift: key.shift === true });
  };
  input.on('keypress', onKeypress);
  input.setRawMode(true);
  input.resume();
  return () => {
    input.off('keypress', onKeypress);
    input.setRawMode(false);
    input.pause();
  };
}

/** A terminal that goes away is a hang-up, also where the signal does not come. */
function listenToSignals(input: NodeJS.ReadStream, listener: SignalListener): () => void {
  const ends = SIGNALS.map((signal) => [signal, () => listener(signal)] as const);
  const onStop = () => listener('suspend');
  const onContinue = () => {
    // The shell has set the terminal up for itself meanwhile, which Node does not know.
    input.setRawMode(false);
    input.setRawMode(true);
    listener('continued');
  };
  const onGone = () => listener('SIGHUP');
  for (const [signal, end] of ends) process.on(signal, end);
  process.on('SIGTSTP', onStop);
  process.on('SIGCONT', onContinue);
  input.on('end', onGone);
  input.on('error', onGone);
  return () => {
    for (const [signal, end] of ends) process.off(signal, end);
    process.off('SIGTSTP', onStop);
    process.off('SIGCONT', onContinue);
    input.off('end', onGone);
    input.off('error', onGone);
  };
}
