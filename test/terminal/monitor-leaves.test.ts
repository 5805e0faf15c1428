import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bundle, slipway } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { folderWith } from '../support/folder.ts';
import { programIn, slipwayIn, type TerminalSession } from '../support/terminal.ts';
import { WatchedRun } from '../support/watched-run.ts';

const SIZE = { columns: 100, rows: 30 };
const shows = (pattern: RegExp) => (terminal: TerminalSession) => terminal.screen().some((line) => pattern.test(line));

/** A shell's session: what it shows of the terminal's settings before and after the monitor, and how that ended. */
function inShell(watched: WatchedRun, env: Record<string, string> = {}): TerminalSession {
  const script = 'echo "before"; stty -a | md5sum; "$0" "$1" monitor; echo "exit $?"; stty -a | md5sum';
  return programIn(SIZE, ['/bin/sh', '-c', script, process.execPath, bundle()], { cwd: watched.root, env });
}

/** The monitor's process below the shell. */
function monitorPid(shell: TerminalSession): number {
  const children = readFileSync(`/proc/${shell.pid}/task/${shell.pid}/children`, 'utf8').trim().split(' ');
  return Number(children[0]);
}

/** The shell's screen is back with its text, the cursor and the settings, and after that come these lines. */
async function expectAsFound(shell: TerminalSession, after: readonly (string | RegExp)[]): Promise<void> {
  await shell.ended;
  expect(shell.isFullScreen()).toBe(false);
  expect(shell.cursorIsVisible()).toBe(true);
  const [before, settings, ...rest] = shell.screen();
  expect(before).toBe('before');
  expect(rest.at(-1)).toBe(settings);
  expect(rest.slice(0, -1)).toEqual(after.map((line) => (typeof line === 'string' ? line : expect.stringMatching(line))));
}

describe('the terminal is left as it was found', () => {
  test.each([
    ['q', 'q', 0],
    ['Ctrl-C', '\u0003', 0],
  ])('after %s', async (_, key, code) => {
    const shell = inShell(await WatchedRun.live(40, 560));
    await shell.until('a frame', shows(/● running/));
    shell.type(key);
    await expectAsFound(shell, [`exit ${code}`]);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 143],
    ['SIGINT', 130],
  ] as const)('after %s', async (signal, code) => {
    const shell = inShell(await WatchedRun.live(40, 560));
    await shell.until('a frame', shows(/● running/));
    process.kill(monitorPid(shell), signal);
    await expectAsFound(shell, [`exit ${code}`]);
  });

  test('after an internal error, which is then told where it can be read', async () => {
    // Code that is no part of Slipway throws in its process: there is no way to ask Slipway for an error.
    const throws = "process.on('SIGUSR2', () => setImmediate(() => { throw new TypeError('no such oven'); }));";
    const folder = folderWith({ 'throws.mjs': throws });
    const shell = inShell(await WatchedRun.live(40, 560), { NODE_OPTIONS: `--import=${join(folder, 'throws.mjs')}` });
    await shell.until('a frame', shows(/● running/));
    process.kill(monitorPid(shell), 'SIGUSR2');
    await expectAsFound(shell, [
      'Internal error  TypeError: no such oven',
      /This is a bug in Slipway/,
      /Please report it/,
      'exit 70',
    ]);
  });

  test('while it is suspended, and drawn anew when it goes on', async () => {
    const watched = await WatchedRun.live(40, 560);
    const terminal = slipwayIn(SIZE, ['monitor'], { cwd: watched.root });
    await terminal.until('a frame', shows(/● running/));
    terminal.type('\u001a');
    await eventually(
      () => 'it does not stop',
      () => /^State:\tT/m.test(readFileSync(`/proc/${terminal.pid}/status`, 'utf8')) && !terminal.isFullScreen(),
    );
    expect(terminal.cursorIsVisible()).toBe(true);
    watched.goOn(200);
    process.kill(terminal.pid, 'SIGCONT');
    await terminal.until('a frame again', (t) => t.isFullScreen() && shows(/✓ 2\d done/)(t));
    terminal.type('q');
    expect(await terminal.ended).toEqual({ code: 0, signal: 0 });
  });
});

describe('what is watched', () => {
  test('a killed run is shown as interrupted, and the monitor goes on', async () => {
    const watched = await WatchedRun.live(40, 560);
    const executor = spawn('sleep', ['600'], { stdio: 'ignore' });
    onTestFinished(() => void executor.kill('SIGKILL'));
    await watched.run.hold(executor.pid);
    const terminal = slipwayIn(SIZE, ['monitor'], { cwd: watched.root });
    await terminal.until('a live run', shows(/● running/));
    executor.kill('SIGKILL');
    await terminal.until('its end', shows(/! interrupted/));
    expect(shows(/nothing is under way/)(terminal)).toBe(true);
    terminal.type('q');
    expect(await terminal.ended).toEqual({ code: 0, signal: 0 });
  });

  test('nothing of the project is written, and a killed monitor leaves nothing behind', async () => {
    const watched = await WatchedRun.live(40, 560);
    const before = filesOf(watched.root);
    const terminal = slipwayIn(SIZE, ['monitor'], { cwd: watched.root });
    await terminal.until('a frame', shows(/● running/));
    process.kill(terminal.pid, 'SIGKILL');
    await terminal.ended;
    expect(filesOf(watched.root)).toEqual(before);
  });

  test('before the first run it waits; a journal that cannot be read is told on the screen', async () => {
    const root = folderWith({ 'compose.yaml': 'services:\n  none:\n    image: scratch\n' });
    const terminal = slipwayIn(SIZE, ['monitor'], { cwd: root });
    await terminal.until('that there is none', shows(/no run yet/));
    terminal.type('q');
    expect(await terminal.ended).toEqual({ code: 0, signal: 0 });

    const watched = await WatchedRun.live(40, 560);
    const damaged = slipwayIn(SIZE, ['monitor'], { cwd: watched.root });
    await damaged.until('a frame', shows(/● running/));
    writeFileSync(watched.run.journal, 'this is no journal\nat all\n', { flag: 'a' });
    await damaged.until('what is wrong', shows(/! .*cannot be (read|followed)/));
    damaged.type('q');
    expect(await damaged.ended).toEqual({ code: 0, signal: 0 });
  });
});

describe('one look', () => {
  test('--once prints every service, and writes no control character into a pipe', async () => {
    const watched = await WatchedRun.live(40, 560);
    const { code, stdout, stderr } = await slipway(['monitor', '--once'], { cwd: watched.root });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('\u001b');
    for (const { service } of watched.run.services) expect(stdout).toContain(` ${service} `);
    expect(stdout).toMatch(/─ Categories ─+\nCATEGORY +DONE FAIL RUN WAIT RISK\n/);
    expect(stdout).toMatch(/build \d .*step \d of 9/);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('a journal that is damaged is shown as far as it can be read, and said to be: exit 2', async () => {
    const watched = await WatchedRun.live(40, 560);
    writeFileSync(watched.run.journal, 'this is no journal\nat all\n', { flag: 'a' });
    const { code, stdout, stderr } = await slipway(['monitor', '--once'], { cwd: watched.root });
    expect([code, stderr]).toEqual([2, expect.stringContaining('a line of it cannot be read')]);
    expect(stdout).toMatch(/● running[\s\S]*! The journal cannot be followed/);
  });

  test('a dumb terminal gets one look and is told of the other', async () => {
    const watched = await WatchedRun.live(40, 560);
    const terminal = slipwayIn(SIZE, ['monitor'], { cwd: watched.root, env: { TERM: 'dumb' } });
    expect(await terminal.ended).toEqual({ code: 0, signal: 0 });
    expect(terminal.written()).not.toContain('\u001b');
    expect(terminal.history().join('\n')).toMatch(/slipway rebuild [\s\S]*This was one look/);
  });

  test('no such run: exit 2', async () => {
    const watched = await WatchedRun.live(40, 560);
    const { code, stderr } = await slipway(['monitor', '--once', '--run', '20200101_000000'], { cwd: watched.root });
    expect(code).toBe(2);
    expect(stderr).toContain('20200101_000000');
  });
});

/** Every file below a folder, with when it was written and how long it is. */
function filesOf(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => {
      const { mtimeMs, size } = statSync(join(root, path));
      return `${path} ${mtimeMs} ${size}`;
    })
    .sort();
}
