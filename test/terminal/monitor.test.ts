import { describe, expect, test } from 'vitest';
import { slipwayIn, type TerminalSession } from '../support/terminal.ts';
import { WatchedRun } from '../support/watched-run.ts';

const SIZE = { columns: 80, rows: 24 };
const KEY = {
  down: '\u001b[B',
  up: '\u001b[A',
  pageDown: '\u001b[6~',
  end: '\u001b[F',
  home: '\u001b[H',
  escape: '\u001b',
  enter: '\r',
};

const shows = (pattern: RegExp) => (terminal: TerminalSession) => terminal.screen().some((line) => pattern.test(line));
const text = (terminal: TerminalSession) => terminal.screen().join('\n');

function monitor(watched: WatchedRun, size = SIZE, env: Record<string, string> = {}): TerminalSession {
  return slipwayIn(size, ['monitor'], { cwd: watched.root, env });
}

/** Every row is there, none is wider than the screen, and the bar fills its own. */
function isFrameOf(terminal: TerminalSession, { columns, rows }: { columns: number; rows: number }): boolean {
  const lines = terminal.screen();
  const widest = Math.max(...lines.map((line) => line.length));
  return lines.length === rows && widest <= columns && widest >= columns - 3 && /^\?/.test(lines.at(-1) ?? '');
}

async function quit(terminal: TerminalSession): Promise<void> {
  terminal.type('q');
  expect(await terminal.ended).toEqual({ code: 0, signal: 0 });
}

describe('the monitor', () => {
  test('first frame: how far the run is, services, categories with their risk, lanes, activity, keys', async () => {
    const watched = await WatchedRun.live(40, 560);
    const terminal = monitor(watched);
    await terminal.until('a live frame', shows(/● running +1m0\ds$/));
    expect(terminal.isFullScreen()).toBe(true);
    expect(terminal.cursorIsVisible()).toBe(false);
    const screen = text(terminal);
    expect(screen).toMatch(/^slipway rebuild \d{8}_\d{6} · phase1 /);
    expect(screen).toMatch(/█+▓+░+ +\d+% {2}\d+\/40 {2}about \S+ left/);
    expect(screen).toMatch(/✓ 17 done {2}✗ 1 failed {2}● \d running {2}· \d+ waiting/);
    expect(screen).toMatch(/SERVICE +STATUS +TIME +DONE CONTAINER +CPU +MEM RST/);
    expect(screen).toMatch(/▾ integration {2}low risk {2}5\/6 done {2}1 failed/);
    expect(screen).toMatch(/✓ weather-api +completed +\S+s +12 ok/);
    expect(screen).toMatch(/device +6\/6 +- +- +- high/);
    expect(screen).toMatch(/build \d +\S+ +\S+s \d\/9/);
    expect(screen).toMatch(/─ Activity ─+\n\d\d:\d\d:\d\d \S+ +\S/);
    expect(terminal.screen()).toHaveLength(24);
    expect(terminal.screen().at(-1)).toMatch(/^\? help {2}q quit .*1-7 of 47$/);
    await quit(terminal);
  });

  test('progress is shown while it happens, up to the end', async () => {
    const watched = await WatchedRun.live(40, 560);
    const terminal = monitor(watched);
    await terminal.until('17 done', shows(/✓ 17 done/));
    watched.goOn(200);
    await terminal.until('more done', shows(/✓ 2\d done {2}✗ 2 failed/));
    watched.finish();
    await terminal.until('the end', shows(/✗ failed +\d+m/));
    expect(text(terminal)).toMatch(/100% {2}40\/40/);
    expect(text(terminal)).toMatch(/nothing is under way/);
    await quit(terminal);
  });

  test('a newer run takes the screen', async () => {
    const watched = await WatchedRun.live(40, 560);
    const terminal = monitor(watched);
    await terminal.until('17 done', shows(/✓ 17 done/));
    watched.finish();
    const next = await watched.startNext(5);
    await terminal.until('the next run', shows(new RegExp(`slipway rebuild ${next} .*● running`)));
    await terminal.until('nothing done in it', shows(/0% {2}0\/5/));
    await quit(terminal);
  });

  test('a resize in mid-run, and every width from 20 to 250 columns', async () => {
    const watched = await WatchedRun.live(40, 560);
    const terminal = monitor(watched);
    await terminal.until('a live frame', shows(/● running/));
    for (const columns of [20, 33, 47, 60, 79, 100, 119, 150, 200, 250]) {
      const rows = columns < 60 ? 16 : columns > 140 ? 50 : 30;
      terminal.resize(columns, rows);
      watched.goOn(3);
      await terminal.until(`a frame of ${columns} columns`, (t) => isFrameOf(t, { columns, rows }));
      expect(terminal.screen().filter((line) => /● running/.test(line))).toHaveLength(1);
    }
    await quit(terminal);
  });

  test('500 services: to the end, a page back, filtered, folded', async () => {
    const watched = await WatchedRun.live(500, 2000, 20);
    const terminal = monitor(watched);
    await terminal.until('the first rows', shows(/1-7 of 507$/));
    terminal.type(KEY.end);
    await terminal.until('the last rows', shows(/501-507 of 507$/));
    expect(text(terminal)).toMatch(/▌ · \S+/);
    terminal.type('\u001b[5~');
    await terminal.until('a page up', shows(/500-506 of 507$/));
    terminal.type('/weather-api');
    await terminal.until('what matches', (t) => shows(/^▌? *[✓✗●·] weather-api /)(t) && !shows(/calendar-api/)(t));
    terminal.type(KEY.enter);
    await terminal.until('the filter is said', shows(/^only "weather-api"/));
    terminal.type(KEY.escape);
    await terminal.until('all again', shows(/ of 507$/));
    terminal.type('C');
    await terminal.until('seven closed categories', shows(/^.▸ core {2}low risk/));
    expect(terminal.screen().filter((line) => /^.▸ /.test(line))).toHaveLength(7);
    await quit(terminal);
  });

  test('keys: move, sort, fold, only, help', async () => {
    const watched = await WatchedRun.live(40, 560);
    const terminal = monitor(watched);
    await terminal.until('the cursor on the first row', shows(/^▌▾ integration/));
    terminal.type(KEY.down);
    await terminal.until('the cursor one down', shows(/^▌ ✓ weather-api/));
    terminal.type(' ');
    await terminal.until('its category is closed', shows(/^▌▸ integration/));
    terminal.type(KEY.enter);
    await terminal.until('and open again', shows(/^▌▾ integration/));
    terminal.type('s');
    await terminal.until('trouble first', (t) => /blueprint-api +failed/.test(t.screen()[5] ?? ''));
    terminal.type('v');
    await terminal.until('no categories', (t) => /blueprint-api +failed/.test(t.screen()[4] ?? ''));
    terminal.type('o');
    await terminal.until('only those under way', (t) => shows(/^only under way/)(t) && !shows(/completed/)(t));
    terminal.type(KEY.escape);
    await terminal.until('all again', shows(/^\? help .* of 40$/));
    terminal.type('?');
    await terminal.until('the help', shows(/any key goes back/));
    expect(text(terminal)).toMatch(/Space left right +close or open a category/);
    terminal.type('x');
    await terminal.until('the table again', shows(/SERVICE +STATUS/));
    terminal.type('4');
    await terminal.until('all lanes', (t) => /─ Lanes ─/.test(t.screen()[3] ?? ''));
    await quit(terminal);
  });

  test("a service's log: live, searched, its test log, and back", async () => {
    const watched = await WatchedRun.live(40, 560);
    const lines = Array.from(
      { length: 300 },
      (_, i) => `#${i} RUN step ${i}${i === 40 ? ' with a \u001b[31mNEEDLE\u001b[0m' : ''}\n`,
    );
    watched.run.log('weather-api', lines.join(''));
    watched.run.log('weather-api', 'collected 12 items\n', 'test');
    const terminal = monitor(watched);
    await terminal.until('the first row', shows(/^▌▾ integration/));
    terminal.type(`${KEY.down}${KEY.enter}`);
    await terminal.until('the end of the log', shows(/^#299 RUN step 299$/));
    expect(text(terminal)).toMatch(/^weather-api {2}integration .*✓ completed/);
    watched.run.log('weather-api', 'one line more <script>\u001b[2J\n');
    await terminal.until('what was added', shows(/^one line more <script>$/));
    terminal.type('/needle\r');
    terminal.type('n');
    await terminal.until('what was searched', shows(/^#40 RUN step 40 with a NEEDLE$/));
    expect(terminal.screen().at(-1)).toContain('"needle" in line 41');
    watched.run.log('weather-api', 'and one more\n');
    await terminal.until('it grows below', shows(/of 302$/));
    expect(shows(/NEEDLE/)(terminal)).toBe(true);
    terminal.type('f');
    await terminal.until('at the end again', shows(/^and one more$/));
    terminal.type('t');
    await terminal.until('the test log', shows(/^collected 12 items$/));
    terminal.type('c');
    await terminal.until('the container log', shows(/it has no container now|asking the engine|engine/));
    terminal.type('q');
    await terminal.until('the table again', shows(/SERVICE +STATUS/));
    await quit(terminal);
  });

  test('without colour and in ASCII', async () => {
    const watched = await WatchedRun.live(40, 560);
    const terminal = monitor(watched, SIZE, { NO_COLOR: '1', LANG: 'C' });
    await terminal.until('a live frame', shows(/\* running/));
    expect(text(terminal)).toMatch(/^[\n -~]*$/);
    // No style but those that begin and end the page.
    expect(terminal.written()).not.toMatch(/\u001b\[[1-9][0-9;]*m/);
    expect(text(terminal)).toMatch(/^>- integration {2}low risk/m);
    await quit(terminal);
  });
});
