import { fitLine, type Line, lineCells, span, spread } from '../line.ts';
import type { UiState } from '../ui-state.ts';
import type { Room } from './pane.ts';

type Hint = readonly [key: string, does: string];

/** The bottom of the screen: what is being typed, or the keys that matter now; at the right which rows are on the screen. */
export function footLine(ui: UiState, where: string, room: Room): Line {
  const right: Line = where === '' ? [] : [span(where, 'dim')];
  if (ui.typing) {
    const label = ui.typing.into === 'filter' ? 'filter ' : 'search ';
    return spread([span(label, 'title'), span(ui.typing.text), span(' ', 'selected')], right, room);
  }
  const hints = ui.log ? logHints() : tableHints(ui);
  const state = stateSpans(ui);
  let line: Line = state;
  for (const [key, does] of hints) {
    const more: Line = [...line, ...(line.length > 0 ? [span('  ')] : []), span(key, 'key'), span(` ${does}`, 'dim')];
    if (lineCells(more) + lineCells(right) + 2 > room.columns) break;
    line = more;
  }
  return line.length === 0
    ? fitLine([span('?', 'key'), span(' help', 'dim')], room.columns, room.look)
    : spread(line, right, room);
}

/** What hides services is always said. */
function stateSpans({ filter, only, log }: UiState): Line {
  if (log || (filter === '' && only === 'all')) return [];
  const texts = [only === 'all' ? '' : only, filter === '' ? '' : `"${filter}"`].filter(Boolean);
  return [span(`only ${texts.join(', ')}`, 'warn')];
}

function tableHints({ sort, filter, only }: UiState): readonly Hint[] {
  const clear: readonly Hint[] = filter === '' && only === 'all' ? [] : [['Esc', 'all']];
  return [
    ['?', 'help'],
    ['q', 'quit'],
    ...clear,
    ['Enter', 'log'],
    ['/', 'filter'],
    ['s', `sort: ${sort}`],
    ['Space', 'fold'],
    ['o', 'only'],
    ['Tab', 'view'],
    ['C', 'fold all'],
  ];
}

function logHints(): readonly Hint[] {
  return [
    ['Esc', 'back'],
    ['/', 'search'],
    ['n N', 'next'],
    ['f', 'follow'],
    ['b t c', 'build test container'],
    ['?', 'help'],
  ];
}
