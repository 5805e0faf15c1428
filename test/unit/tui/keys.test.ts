import { describe, expect, test } from 'vitest';
import { onKey } from '../../../src/tui/keys.ts';
import type { TableRow } from '../../../src/tui/table.ts';
import { tableRows } from '../../../src/tui/table.ts';
import type { Key } from '../../../src/tui/terminal-port.ts';
import { FIRST_UI, settleTable, type UiContext, type UiState } from '../../../src/tui/ui-state.ts';
import { madeUpFacts } from '../../support/made-up-facts.ts';

const facts = madeUpFacts(40, 560);
const NAMED = {
  down: 'down',
  up: 'up',
  enter: 'return',
  esc: 'escape',
  pgdn: 'pagedown',
  end: 'end',
  back: 'backspace',
  left: 'left',
  tab: 'tab',
};

/** Keys by name, or letter by letter. */
function keysOf(words: string): Key[] {
  return words.split(' ').flatMap((word): Key[] => {
    const name = (NAMED as Record<string, string>)[word];
    if (name) return [{ text: '', name, ctrl: false, shift: false }];
    if (word === 'space') return [{ text: ' ', name: 'space', ctrl: false, shift: false }];
    if (word.startsWith('^')) return [{ text: '', name: word.slice(1), ctrl: true, shift: false }];
    return [...word].map((text) => ({ text, name: text.toLowerCase(), ctrl: false, shift: text !== text.toLowerCase() }));
  });
}

function press(
  words: string,
  from: UiState = FIRST_UI,
  logLines: readonly string[] = [],
): { ui: UiState; rows: readonly TableRow[] } {
  let ui = from;
  for (const key of keysOf(words)) {
    const rows = tableRows(facts, ui);
    const context: UiContext = { rows, categories: facts.categories.map((c) => c.name), page: 10, logLines };
    ui = onKey(settleTable(ui, rows, 10), key, context);
  }
  const rows = tableRows(facts, ui);
  return { ui: settleTable(ui, rows, 10), rows };
}

describe('the table', () => {
  test('moves by rows, pages, to the ends, and scrolls as little as needed', () => {
    expect(press('down down').ui.cursor).toEqual({ id: 's:calendar-api', index: 2 });
    expect(press('down up up').ui.cursor.index).toBe(0);
    expect(press('pgdn').ui).toMatchObject({ cursor: { index: 10 }, top: 1 });
    expect(press('end').ui).toMatchObject({ cursor: { index: 46 }, top: 37 });
    expect(press('G g').ui).toMatchObject({ cursor: { index: 0 }, top: 0 });
  });

  test('the cursor stays on its service when rows move', () => {
    const { ui, rows } = press('down down s');
    expect(ui.sort).toBe('status');
    expect(rows[ui.cursor.index]?.id).toBe('s:calendar-api');
  });

  test('the filter counts at once, hides empty categories, and Escape takes it back', () => {
    const typed = press('/ failed');
    expect(typed.ui).toMatchObject({ typing: { into: 'filter', text: 'failed' }, filter: 'failed' });
    expect(typed.rows.map((row) => row.id)).toEqual(['c:integration', 's:blueprint-api']);
    expect(press('/ failed esc').ui).toMatchObject({ typing: null, filter: '' });
    expect(press('/ ab back back back').ui.typing).toBeNull();
    expect(press('/ failed enter').ui).toMatchObject({ typing: null, filter: 'failed' });
    // A letter that is a command elsewhere is text here.
    expect(press('/ q').ui).toMatchObject({ done: false, filter: 'q' });
  });

  test('a closed category hides its services; closing puts the cursor on it', () => {
    const closed = press('down down space');
    expect(closed.ui.cursor.id).toBe('c:integration');
    expect(closed.rows[1]?.id).toBe('c:ai_ml');
    expect(press('down left enter').ui.collapsed.size).toBe(0);
    expect(press('C').rows).toHaveLength(7);
    expect(press('CC').rows).toHaveLength(47);
    expect(press('v').rows).toHaveLength(40);
  });

  test('only those in trouble', () => {
    expect(press('oo').ui.only).toBe('trouble');
    expect(press('oov').rows.map((row) => row.id)).toEqual(['s:blueprint-api']);
  });

  test.each(['3', '4', '5'])('no key acts on a row that view %s does not show', (view) => {
    const { ui } = press(`down ${view}`);
    for (const key of ['enter', 'b', 'left', 'space']) expect(press(key, ui).ui).toEqual(ui);
    expect(press('1 b', ui).ui.log).not.toBeNull();
  });

  test('views, help, quit', () => {
    expect(press('tab').ui.view).toBe('services');
    expect(press('4 down down').ui).toMatchObject({ view: 'lanes', scroll: 2 });
    expect(press('?').ui.help).toBe(true);
    expect(press('? q').ui).toMatchObject({ help: false, done: false });
    expect(press('q').ui.done).toBe(true);
    expect(press('/ ^c').ui.done).toBe(true);
  });
});

describe('the log', () => {
  const lines = Array.from({ length: 100 }, (_, i) => (i % 30 === 7 ? `line ${i} Error` : `line ${i}`));
  const open = press('down enter').ui;

  test('opens on a service, not on a category', () => {
    expect(open.log).toMatchObject({ service: 'weather-api', source: 'build', follow: true });
    expect(press('enter').ui.log).toBeNull();
    expect(press('down t').ui.log?.source).toBe('test');
  });

  test('going up lets go of the end, coming to it takes hold again', () => {
    expect(press('up', open, lines).ui.log).toMatchObject({ follow: false, top: 89 });
    expect(press('up down', open, lines).ui.log).toMatchObject({ follow: true });
    expect(press('g', open, lines).ui.log).toMatchObject({ follow: false, top: 0 });
    expect(press('g f', open, lines).ui.log?.follow).toBe(true);
  });

  test('searches without regard to case, on and back, round the ends', () => {
    const found = press('/ error enter n', open, lines).ui;
    expect(found.log).toMatchObject({ search: 'error', at: 97, follow: false });
    expect(press('n', found, lines).ui.log?.at).toBe(7);
    expect(press('N', found, lines).ui.log?.at).toBe(67);
    expect(press('/ nowhere enter n', open, lines).ui.log?.at).toBeNull();
  });

  test('Escape and q go back to the table', () => {
    expect(press('esc', open, lines).ui).toMatchObject({ log: null, done: false });
    expect(press('q', open, lines).ui).toMatchObject({ log: null, done: false });
  });
});
