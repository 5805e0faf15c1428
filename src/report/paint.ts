import pc from 'picocolors';

/** One glyph per state; all one column wide (no emoji, which some terminals draw two wide), and readable without colour. */
interface Glyphs {
  readonly good: string;
  readonly bad: string;
  readonly skipped: string;
  readonly running: string;
  readonly waiting: string;
  readonly back: string;
  readonly note: string;
  /** Of the progress bar: what is completed, what went wrong, what is to come. */
  readonly bar: { readonly done: string; readonly bad: string; readonly rest: string };
  /** Stands for what was cut off. */
  readonly cut: string;
}

const UNICODE: Glyphs = {
  good: '✓',
  bad: '✗',
  skipped: '–',
  running: '●',
  waiting: '·',
  back: '↶',
  note: '!',
  bar: { done: '█', bad: '▓', rest: '░' },
  cut: '…',
};

const ASCII: Glyphs = {
  good: '+',
  bad: 'x',
  skipped: '-',
  running: '*',
  waiting: '.',
  back: '<',
  note: '!',
  bar: { done: '#', bad: 'x', rest: '.' },
  cut: '~',
};

/** The few styles that output uses; each returns its text unchanged when colour is off. */
export interface Paint {
  readonly glyph: Glyphs;
  readonly colour: 'on' | 'off';
  readonly glyphs: 'unicode' | 'ascii';
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

/** Styles for a terminal, or for plain text. */
export function makePaint(look: { readonly colour: 'on' | 'off'; readonly glyphs: 'unicode' | 'ascii' }): Paint {
  const { green, red, yellow, dim, bold } = pc.createColors(look.colour === 'on');
  return {
    glyph: look.glyphs === 'unicode' ? UNICODE : ASCII,
    ...look,
    good: green,
    bad: red,
    warn: yellow,
    dim,
    bold,
  };
}
