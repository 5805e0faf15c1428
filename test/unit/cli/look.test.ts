import { describe, expect, test } from 'vitest';
import { isUnicode, outputMode, wantsColour } from '../../../src/cli/look.ts';
import type { Sink } from '../../../src/cli/world.ts';

function sink(kind: 'terminal' | 'pipe'): Sink {
  return {
    isTty: kind === 'terminal',
    size: () => ({ columns: 80, rows: 24 }),
    write: () => {},
    onResize: () => () => {},
    flushed: async () => {},
  };
}

describe('wantsColour', () => {
  test.each([
    ['a terminal', 'terminal', {}, false, true],
    ['a pipe', 'pipe', {}, false, false],
    ['a dumb terminal', 'terminal', { TERM: 'dumb' }, false, false],
    ['NO_COLOR', 'terminal', { NO_COLOR: '1' }, false, false],
    ['an empty NO_COLOR says nothing', 'terminal', { NO_COLOR: '' }, false, true],
    ['--no-color wins over FORCE_COLOR', 'terminal', { FORCE_COLOR: '1' }, true, false],
    ['NO_COLOR wins over FORCE_COLOR', 'pipe', { NO_COLOR: '1', FORCE_COLOR: '1' }, false, false],
    ['FORCE_COLOR in a pipe', 'pipe', { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR=0', 'terminal', { FORCE_COLOR: '0' }, false, false],
    ['CLICOLOR_FORCE in a pipe', 'pipe', { CLICOLOR_FORCE: '1' }, false, true],
    ['CLICOLOR=0', 'terminal', { CLICOLOR: '0' }, false, false],
  ] as const)('%s', (_name, kind, env, noColor, expected) => {
    expect(wantsColour(sink(kind), env, { noColor })).toBe(expected);
  });
});

describe('outputMode', () => {
  test.each([
    ['a terminal', null, 'terminal', {}, 'tty'],
    ['a pipe', 'auto', 'pipe', {}, 'plain'],
    ['a dumb terminal', null, 'terminal', { TERM: 'dumb' }, 'plain'],
    ['a CI with a terminal', null, 'terminal', { CI: 'true' }, 'plain'],
    ['CI=false', null, 'terminal', { CI: 'false' }, 'tty'],
    ['what was asked for', 'json', 'terminal', {}, 'json'],
    ['tty into a pipe, since it was asked for', 'tty', 'pipe', {}, 'tty'],
  ] as const)('%s', (_name, output, kind, env, expected) => {
    expect(outputMode({ output }, { out: sink(kind), env })).toBe(expected);
  });
});

test.each([
  [{ LANG: 'de_DE.UTF-8' }, true],
  [{ LANG: 'C.utf8' }, true],
  [{ LANG: 'C' }, false],
  [{}, false],
  [{ LANG: 'de_DE.UTF-8', LC_ALL: 'C' }, false],
  [{ LANG: 'C', LC_CTYPE: 'C.UTF-8' }, true],
  [{ LANG: 'C.UTF-8', LC_ALL: '' }, true],
])('isUnicode(%j) is %j', (env, expected) => {
  expect(isUnicode(env)).toBe(expected);
});
