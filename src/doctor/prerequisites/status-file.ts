import { openStatePattern, phasePattern, SIGNS } from '../../model/phase-words.ts';

/** What a status file says of one phase. Lines count from 1. */
export interface PhaseLine {
  /** As it is written: `Phase 0`. */
  readonly phase: string;
  readonly line: number;
  readonly state: 'complete' | 'open';
  /** The word for it, as it is written. */
  readonly word: string;
}

/** A backup folder that a status file names. */
export interface NamedFolder {
  readonly path: string;
  readonly line: number;
}

/** What a file like `REBUILD_STATUS.md` says of the phases before this one; of several lines about one phase the first that tells its state. */
export function earlierPhases(text: string, phase: string): readonly PhaseLine[] {
  const [, word, number] = /^([a-z]+)[ _-]?0*(\d+)$/i.exec(phase) ?? [];
  if (word === undefined) return [];
  const lines = text.split(/\r\n|\n|\r/);
  return Array.from({ length: Number(number) }, (_, n) => firstTelling(lines, `${word}${n}`)).filter((found) => found !== null);
}

/** Backup folders that are named anywhere in the text, each once. */
export function namedBackups(text: string): readonly NamedFolder[] {
  const found = new Map<string, NamedFolder>();
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    for (const [, path] of line.matchAll(/(?<![\w/.-])((?:\.{0,2}\/(?:[\w.-]+\/)*)?backups\/[\w.-]*\w)/g)) {
      if (path !== undefined && !found.has(path)) found.set(path, { path, line: index + 1 });
    }
  }
  return [...found.values()];
}

function firstTelling(lines: readonly string[], phase: string): PhaseLine | null {
  const name = phasePattern(phase);
  const about = new RegExp(`(?:^|\\|)[#\\s>*_+|-]*(?:\\[( |x)\\]\\s*)?(?:${SIGNS}\\s*)*[*_]*(${name})(.*)$`, 'iu');
  const open = new RegExp(`\\b${openStatePattern}\\b`, 'iu');
  for (const [index, line] of lines.entries()) {
    const [, box, written = '', rest = ''] = about.exec(line) ?? [];
    if (written === '') continue;
    const found = { phase: written.trim(), line: index + 1 };
    if (box?.toLowerCase() === 'x') return { ...found, state: 'complete', word: '[x]' };
    // Of one phase: what is said of the next one in the same line is another's.
    const own = rest.split(/\|\s*\*\*\w+ \d+:\*\*/)[0]!;
    const stillOpen = open.exec(own)?.[0];
    if (stillOpen !== undefined) return { ...found, state: 'open', word: stillOpen };
    const done = /\b(?:COMPLETED?|DONE)\b/i.exec(own)?.[0] ?? (/✅|✔/u.test(own) ? '✅' : undefined);
    if (done !== undefined) return { ...found, state: 'complete', word: done };
    if (box === ' ') return { ...found, state: 'open', word: '[ ]' };
  }
  return null;
}
