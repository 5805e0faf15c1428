import pc from 'picocolors';
import { makePaint, type Paint } from '../report/paint.ts';

/** What a piece of text means on the screen; each is one of the sixteen colours of the operator's own theme, or none. */
export type Tone = 'plain' | 'dim' | 'bold' | 'good' | 'bad' | 'warn' | 'run' | 'title' | 'key' | 'selected' | 'match';

/** Signs that only the full screen uses; one cell wide each. */
interface ScreenGlyphs {
  /** Before the row that keys act on. */
  readonly cursor: string;
  readonly open: string;
  readonly closed: string;
  readonly across: string;
  readonly down: string;
  readonly cross: string;
  /** From nothing to full. */
  readonly levels: readonly string[];
  readonly dot: string;
}

const UNICODE: ScreenGlyphs = {
  cursor: '▌',
  open: '▾',
  closed: '▸',
  across: '─',
  down: '│',
  cross: '┬',
  levels: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  dot: '·',
};

const ASCII: ScreenGlyphs = {
  cursor: '>',
  open: '-',
  closed: '+',
  across: '-',
  down: '|',
  cross: '+',
  levels: ['_', '.', '-', '=', '+', '*', '%', '#'],
  dot: '-',
};

/** How the screen looks in this terminal. */
export interface Look {
  readonly glyph: Paint['glyph'] & ScreenGlyphs;
  readonly colour: 'on' | 'off';
  /** The text in its tone; unchanged when colour is off. */
  tone(text: string, tone: Tone): string;
}

/** The look for a terminal, or for plain text. */
export function makeLook(how: { readonly colour: 'on' | 'off'; readonly glyphs: 'unicode' | 'ascii' }): Look {
  const { green, red, yellow, cyan, dim, bold, inverse } = pc.createColors(how.colour === 'on');
  const tones: Readonly<Record<Tone, (text: string) => string>> = {
    plain: (text) => text,
    dim,
    bold,
    good: green,
    bad: red,
    warn: yellow,
    run: cyan,
    title: (text) => bold(cyan(text)),
    key: (text) => bold(text),
    selected: inverse,
    match: (text) => inverse(yellow(text)),
  };
  return {
    glyph: { ...makePaint(how).glyph, ...(how.glyphs === 'unicode' ? UNICODE : ASCII) },
    colour: how.colour,
    tone: (text, tone) => tones[tone](text),
  };
}
