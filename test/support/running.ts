import { spawn } from 'node:child_process';
import type { Event } from '../../src/journal/events.ts';
import { eventually } from './eventually.ts';

/** A process of Slipway under way. */
export interface Running {
  readonly pid: number;
  /** Events that `--output json` has printed so far. */
  readonly events: readonly Event[];
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly text: string }>;
  signal(name: NodeJS.Signals): void;
  /** Waits for an event of its own output. */
  until(what: string, matches: (event: Event) => boolean): Promise<Event>;
}

/** Starts it; its output is kept. */
export function startRunning(argv: readonly string[], options: { cwd: string; env: Record<string, string> }): Running {
  const child = spawn(process.execPath, argv, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const events: Event[] = [];
  let text = '';
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith('{"v":')) events.push(JSON.parse(line));
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const ended = new Promise<Awaited<Running['ended']>>((done) => {
    child.on('close', (code, signal) => done({ code, signal, text }));
  });
  return {
    pid: child.pid!,
    events,
    ended,
    signal: (name) => void child.kill(name),
    until: (what, matches) =>
      eventually(
        () => `${what}; so far:\n${text.slice(-3000)}`,
        () => events.find(matches) ?? (child.exitCode !== null && failed(what, text)),
      ),
  };
}

function failed(what: string, text: string): never {
  throw new Error(`slipway ended before: ${what}\n${text.slice(-6000)}`);
}
