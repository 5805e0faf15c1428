import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { pageRows, renderScreen } from '../../../src/tui/frame.ts';
import { paintLine } from '../../../src/tui/line.ts';
import { LogText } from '../../../src/tui/log-text.ts';
import { makeLook } from '../../../src/tui/look.ts';
import { Screen } from '../../../src/tui/screen.ts';
import { tableRows } from '../../../src/tui/table.ts';
import type { Size } from '../../../src/tui/terminal-port.ts';
import { FIRST_UI, settleTable, type UiState, VIEWS } from '../../../src/tui/ui-state.ts';
import { madeUpFacts } from '../../support/made-up-facts.ts';

const facts = madeUpFacts(40, 600);
const plain = makeLook({ colour: 'off', glyphs: 'unicode' });

function screenOf(size: Size, change: Partial<UiState> = {}, look = plain) {
  const chosen = { ...FIRST_UI, ...change };
  const rows = tableRows(facts, chosen);
  const ui = settleTable(chosen, rows, pageRows({ facts, ui: chosen }, size));
  return renderScreen({ facts, rows, ui, log: null }, size, look);
}

const textOf = (...args: Parameters<typeof screenOf>) =>
  screenOf(...args)
    .map((line) => paintLine(line, plain))
    .join('\n');

describe('the screen', () => {
  test('80x24', () => {
    expect(textOf({ columns: 80, rows: 24 })).toMatchInlineSnapshot(`
      "slipway rebuild 20260204_140000 · phase1                       ● running  10m01s
      ███████████▓░░░░░░░░░░░░░░   45%  18/40  about 4m24s left, 2 services never seen
      ✓ 17 done  ✗ 1 failed  ● 6 running  · 16 waiting              cpu 39% mem 6.2 GB
          SERVICE                STATUS         TIME   DONE CONTAINER   CPU    MEM RST
      ▌▾ integration  low risk  5/6 done  1 failed                                    
        ✓ weather-api            completed     2m53s  12 ok healthy    0.0%   40MB   0
        ✓ calendar-api           completed     2m53s  13 ok healthy    7.3%   43MB   0
        ✓ sports-api             completed     2m53s  14 ok healthy     15%   46MB   0
        ✓ energy-api             completed     2m53s  15 ok up          22%   49MB   0
        ✓ carbon-api             completed     2m53s  16 ok exit 137                 0
        ✗ blueprint-api          failed        2m06s        healthy     29%   52MB   0
      ─ Categories ───────────────────── │ ─ Lanes ───────────────────── 6 under way ─
      CATEGORY     DONE   ✗   ●   · RISK │ build 5  data-service     47s 7/9 4 cached…
      integration   5/6   1   -   - low  │          weather-reten…   46s 7/9  COPY sr…
      ai_ml         6/6   -   -   - med  │          calendar-rete…   45s 7/9 1 cached…
      device        6/6   -   -   - high │          sports-retent…   44s 7/9 2 cached…
      automation    0/5   -   5   - low  │          energy-retent…   43s 7/9 3 cached…
      analytics     0/6   -   1   5 med  │ test 1   ha-setup-serv…   30s 66% of tests
      frontend      0/6   -   -   6 high │
      core          0/5   -   -   5 low  │
      ─ Activity ─────────────────────────────────────────────────────────────────────
      14:09:25 ha-setup-service  built 111111111111 in 42s, 3 of 9 steps cached
      14:09:31 ha-setup-service  testing
      ? help  q quit  Enter log  / filter  s sort: plan  Space fold  o only  1-7 of 47"
    `);
  });

  test('120x40', async () => {
    await expect(textOf({ columns: 120, rows: 40 })).toMatchFileSnapshot('frames/120x40.txt');
  });

  test('200x60', async () => {
    await expect(textOf({ columns: 200, rows: 60 })).toMatchFileSnapshot('frames/200x60.txt');
  });

  test('the help fits 80x24', () => {
    const text = textOf({ columns: 80, rows: 24 }, { help: true });
    expect(text).toContain('any key goes back');
    expect(text).toContain('Ctrl-L Ctrl-Z');
  });

  test('exactly as many rows and cells as the terminal has, whatever its size and the view', () => {
    for (const columns of [1, 2, 7, 20, 31, 45, 57, 76, 80, 101, 149, 150, 179, 180, 250])
      for (const rows of [1, 2, 4, 5, 9, 16, 24, 60])
        for (const view of VIEWS)
          for (const help of [true, false]) {
            const lines = screenOf({ columns, rows }, { view, help });
            expect(lines).toHaveLength(rows);
            const widths = new Set(lines.map((line) => stringWidth(line.map((piece) => piece.text).join(''))));
            expect([columns, rows, view, ...widths]).toEqual([columns, rows, view, columns]);
          }
  });

  test('ASCII has no sign outside of it', () => {
    const ascii = makeLook({ colour: 'off', glyphs: 'ascii' });
    const text = screenOf({ columns: 200, rows: 60 }, {}, ascii)
      .map((line) => paintLine(line, ascii))
      .join('\n');
    expect(text).toMatch(/^[\n -~]*$/);
  });
});

test('only lines that are others than before are written', () => {
  const written: string[] = [];
  const size = { columns: 80, rows: 24 };
  const screen = new Screen({ write: (text) => void written.push(text), size: () => size }, plain);
  screen.enter();
  screen.draw(screenOf(size), size);
  screen.draw(screenOf(size), size);
  expect(written).toHaveLength(2);
  screen.draw(screenOf(size, { cursor: { id: 's:calendar-api', index: 2 } }), size);
  expect(written[2]!.match(/\u001b\[\d+;1H/g)).toEqual(['\u001b[5;1H', '\u001b[7;1H']);
  screen.leave();
  screen.leave();
  expect(written.slice(3)).toEqual(['\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l']);
});

describe('the text of a log', () => {
  test('comes in any pieces, loses its colours, and keeps the last form of a line that was written over', () => {
    const text = new LogText();
    for (const piece of ['on', 'e\ntwo \u001b[31mred\u001b[0m\n10%\r50%\r', '100%\r\nta\tb \u001b]0;title\u0007\nend'])
      text.push(piece);
    text.end();
    expect(text.lines).toEqual(['one', 'two red', '100%', 'ta    b ', 'end']);
  });

  test('keeps its end and says so', () => {
    const text = new LogText();
    let dropped = 0;
    for (let i = 0; i < 30; i += 1) dropped += text.push(Array.from({ length: 1000 }, (_, n) => `${i * 1000 + n}\n`).join(''));
    expect(text.isCut).toBe(true);
    expect(text.lines.length + dropped).toBe(30_000);
    expect(text.lines[0]).toBe(String(dropped));
    expect(text.lines.at(-1)).toBe('29999');
  });
});
