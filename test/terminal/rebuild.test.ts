import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { slipway } from '../support/cli.ts';
import { slipwayIn, type TerminalSession } from '../support/terminal.ts';
import { tinyFleet } from '../support/tiny-fleet.ts';

const SIZE = { columns: 80, rows: 24 };
const SLOW_SECONDS = 600;

const shows = (pattern: RegExp) => (terminal: TerminalSession) => terminal.screen().some((line) => pattern.test(line));

/** Every line that the program drew at once is as narrow as the screen: nothing of it ever wrapped. */
function widest(terminal: TerminalSession): number {
  return Math.max(...terminal.screen().map((line) => line.length));
}

describe('a rebuild in a terminal', () => {
  test('is shown live, then summed up, and the cursor is back', async () => {
    const cwd = tinyFleet('sw-cli-live', [{ name: 'bread', buildSeconds: 2 }, { name: 'cake' }]);
    const terminal = slipwayIn(SIZE, ['rebuild'], { cwd });
    await terminal.until('a live frame', shows(/^(build \d)? +bread +\S+s {2}\S/));
    expect(terminal.cursorIsVisible()).toBe(false);
    expect(await terminal.ended).toEqual({ code: 0, signal: 0 });
    expect(terminal.cursorIsVisible()).toBe(true);
    const lines = terminal.history();
    expect(lines).toContain('✓ bread  completed');
    expect(lines).toContain('  kitchen   low       2/2       -     -        -');
    expect(lines.some((line) => line.includes('under way'))).toBe(false);
  });

  test('a failure stays on the screen with its reason and last log lines', async () => {
    const cwd = tinyFleet('sw-cli-fails', [
      { name: 'bread', brokenBuild: true },
      { name: 'cake', dependsOn: ['bread'] },
    ]);
    const terminal = slipwayIn(SIZE, ['rebuild'], { cwd });
    expect(await terminal.ended).toEqual({ code: 1, signal: 0 });
    const text = terminal.history().join('\n');
    expect(text).toMatch(/✗ bread failed: build failed/);
    expect(text).toContain('    the oven is cold');
    expect(text).toContain('– cake skipped: bread failed');
    expect(text).toMatch(/its log +node .* logs bread/);
  });

  test('Ctrl-C once: what is under way is finished, nothing new is started, exit 130, resumable', async () => {
    const cwd = tinyFleet('sw-cli-drain', [
      { name: 'bread', buildSeconds: 3 },
      { name: 'cake', buildSeconds: 3 },
    ]);
    const terminal = slipwayIn(SIZE, ['rebuild', '--batch-size', '1'], { cwd });
    await terminal.until('a build', shows(/^build 1 +\w+ /));
    terminal.type('\u0003');
    await terminal.until('the notice', shows(/SIGINT: finishing what is under way/));
    expect(await terminal.ended).toEqual({ code: 130, signal: 0 });
    expect(terminal.cursorIsVisible()).toBe(true);
    expect(terminal.history().join('\n')).toMatch(/to go on +node .* rebuild --continue/);
    expect(journalOf(cwd)).toMatch(/"type":"signal-received".*"signal":"SIGINT","meaning":"drain"/);
    const resumed = await slipway(['rebuild', '--continue'], { cwd });
    expect(resumed).toMatchObject({ code: 0, stdout: expect.stringContaining('2 completed of 2 services') });
  });

  test('Ctrl-C twice: builds are interrupted', async () => {
    const cwd = tinyFleet('sw-cli-interrupt', [{ name: 'bread', buildSeconds: SLOW_SECONDS }]);
    const terminal = slipwayIn(SIZE, ['rebuild'], { cwd });
    await terminal.until('the slow step', shows(/^build 1 +bread +.*step/));
    terminal.type('\u0003');
    await terminal.until('the notice', shows(/SIGINT: finishing what is under way/));
    terminal.type('\u0003');
    expect(await terminal.ended).toEqual({ code: 130, signal: 0 });
    expect(terminal.cursorIsVisible()).toBe(true);
    expect(await slipway(['status', '--json'], { cwd })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"outcome": "interrupted"'),
    });
  });

  test('SIGTERM ends it with 143', async () => {
    const cwd = tinyFleet('sw-cli-term', [{ name: 'bread', buildSeconds: SLOW_SECONDS }]);
    const terminal = slipwayIn(SIZE, ['rebuild'], { cwd });
    await terminal.until('the slow step', shows(/^build 1 +bread +.*step/));
    process.kill(terminal.pid, 'SIGTERM');
    await terminal.until('the notice', shows(/SIGTERM: finishing/));
    process.kill(terminal.pid, 'SIGTERM');
    expect(await terminal.ended).toEqual({ code: 143, signal: 0 });
  });

  test('a resize redraws it: narrow, then wide again, and nothing of the old frame stays', async () => {
    const services = Array.from({ length: 6 }, (_, i) => ({ name: `bread-and-butter-${i}`, buildSeconds: SLOW_SECONDS }));
    const cwd = tinyFleet('sw-cli-resize', services);
    const terminal = slipwayIn(SIZE, ['rebuild', '--batch-size', 'all'], { cwd });
    await terminal.until('all building', (t) => t.screen().filter((line) => / bread-and-butter-\d /.test(line)).length === 6);
    terminal.resize(20, 24);
    await terminal.until('a narrow frame', (t) => t.screen().some((line) => /^bread-and…/.test(line)) && widest(t) <= 20);
    terminal.resize(120, 30);
    await terminal.until(
      'a wide frame',
      (t) => t.screen().filter((line) => / bread-and-butter-\d +\S+s {2}\S/.test(line)).length === 6,
    );
    expect(terminal.screen().filter((line) => line.startsWith('slipway rebuild'))).toHaveLength(1);
    terminal.type('\u0003');
    await terminal.until('the notice', shows(/SIGINT: finishing/));
    terminal.type('\u0003');
    expect((await terminal.ended).code).toBe(130);
  });
});

function journalOf(cwd: string): string {
  const runs = join(cwd, '.slipway/runs');
  return readFileSync(join(runs, readdirSync(runs)[0] ?? '', 'journal.ndjson'), 'utf8');
}
