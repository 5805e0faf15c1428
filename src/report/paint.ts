import pc from 'picocolors';

/** The few styles that output uses; each returns its text unchanged when colour is off. */
export interface Paint {
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

/** Styles for a terminal, or for plain text. */
export function makePaint(colour: 'on' | 'off'): Paint {
  const colours = pc.createColors(colour === 'on');
  return { good: colours.green, bad: colours.red, warn: colours.yellow, dim: colours.dim, bold: colours.bold };
}

/** One glyph per state; all one column wide, and readable without colour. */
export const GLYPH = { good: '✔', bad: '✖', skipped: '–', running: '●', waiting: '·', back: '↩', note: '!' } as const;
