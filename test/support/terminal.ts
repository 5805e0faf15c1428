import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { onTestFinished } from 'vitest';
import { bundle, type CliOptions, cliEnv } from './cli.ts';

/** A program in a terminal, and its screen as somebody in front of it sees it. */
export interface TerminalSession {
  readonly pid: number;
  /** The lines of the visible screen, without trailing blanks and empty lines at the end. */
  screen(): readonly string[];
  /** All lines, with what has scrolled away. */
  history(): readonly string[];
  cursorIsVisible(): boolean;
  /** The screen is a page of its own, as full-screen programs use; what was there before comes back after it. */
  isFullScreen(): boolean;
  /** Every byte that was written. */
  written(): string;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** Resolves when the check holds after some output; rejects with the screen when the program ends or the time is over. */
  until(what: string, check: (session: TerminalSession) => boolean): Promise<void>;
  /** How it ended, once all its output is on the screen. */
  readonly ended: Promise<{ readonly code: number; readonly signal: number }>;
}

const DEADLINE_MS = 60_000;

/** Starts `slipway` in a terminal of that size; it is killed when the test ends. */
export function slipwayIn(
  size: { columns: number; rows: number },
  args: readonly string[],
  options: CliOptions,
): TerminalSession {
  return programIn(size, [process.execPath, bundle(), ...args], options);
}

/** Starts any program in a terminal of that size; it is killed when the test ends. */
export function programIn(
  size: { columns: number; rows: number },
  [file, ...args]: readonly [string, ...string[]],
  { cwd, env }: CliOptions,
): TerminalSession {
  const screen = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true, scrollback: 5000 });
  const program = spawn(file, [...args], {
    cols: size.columns,
    rows: size.rows,
    cwd,
    env: cliEnv(env),
    name: cliEnv(env).TERM ?? 'xterm-256color',
  });
  const changed = new Set<() => void>();
  let bytes = '';
  let isOver = false;
  program.onData((data) => {
    bytes += data;
    screen.write(data, () => {
      for (const listener of changed) listener();
    });
  });
  const ended = new Promise<{ code: number; signal: number }>((resolve) => {
    program.onExit(({ exitCode, signal }) => {
      // An empty write comes back when all before it has been drawn.
      screen.write('', () => {
        isOver = true;
        resolve({ code: exitCode, signal: signal ?? 0 });
        for (const listener of changed) listener();
      });
    });
  });
  onTestFinished(async () => {
    if (!isOver) program.kill('SIGKILL');
    await ended;
  });
  const session: TerminalSession = {
    pid: program.pid,
    screen: () => linesOf(screen, screen.buffer.active.baseY),
    history: () => linesOf(screen, 0),
    cursorIsVisible: () => bytes.lastIndexOf('\u001b[?25h') >= bytes.lastIndexOf('\u001b[?25l'),
    isFullScreen: () => screen.buffer.active.type === 'alternate',
    written: () => bytes,
    type: (text) => program.write(text),
    resize: (columns, rows) => {
      screen.resize(columns, rows);
      program.resize(columns, rows);
    },
    until: (what, check) =>
      new Promise((resolve, reject) => {
        const fail = (why: string) => done(() => reject(new Error(`${what}: ${why}\n${session.screen().join('\n')}`)));
        const look = () => {
          if (check(session)) done(resolve);
          else if (isOver) fail('the program ended');
        };
        const done = (settle: () => void) => {
          clearTimeout(timer);
          changed.delete(look);
          settle();
        };
        const timer = setTimeout(() => fail('it took too long'), DEADLINE_MS);
        changed.add(look);
        look();
      }),
    ended,
  };
  return session;
}

function linesOf(screen: xterm.Terminal, from: number): readonly string[] {
  const buffer = screen.buffer.active;
  const lines = Array.from({ length: buffer.length - from }, (_, i) => buffer.getLine(from + i)?.translateToString(true) ?? '');
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}
