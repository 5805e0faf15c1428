import { openStatePattern, phasePattern, SIGNS } from '../../model/phase-words.ts';

const OPEN = openStatePattern;

/** What became of a status file. */
export interface CompletedFile {
  readonly text: string;
  /** `unchanged`: it said so already. `appended`: it did not mention the state of the phase in a form that is known. */
  readonly what: 'marked' | 'appended' | 'unchanged';
}

/**
 * The operators' status file (`REBUILD_STATUS.md`) with a phase marked complete and every other character as it was, its line endings too.
 * Marked are: a heading or a line `Phase 1: … - PENDING`, a bar `Phase 1: … [     ] 0% PENDING`, a box `- [ ] Phase 1 …`, a label
 * `**Phase 1:** PENDING`, a row of a table whose first cell is the phase. A file with none of them gets a section at its end.
 *
 * @param section what that section says below its heading
 */
export function completeInStatusFile(text: string, phase: string, section: string): CompletedFile {
  const name = phasePattern(phase);
  const filled = text.includes('█') ? '█' : '#';
  const pieces = text.split(/(\r\n|\n|\r)/);
  const states = new Set<LineState>();
  const marked = pieces.map((piece, i) => {
    if (i % 2 === 1) return piece;
    const line = markLine(piece, { name, filled });
    states.add(line.state);
    return line.text;
  });
  if (states.has('marked')) return { text: marked.join(''), what: 'marked' };
  if (states.has('complete')) return { text, what: 'unchanged' };
  return { text: appended(text, { phase, section }), what: 'appended' };
}

type LineState = 'other' | 'complete' | 'marked';

interface Marking {
  /** Of a regular expression that finds the phase's name. */
  readonly name: string;
  /** What a full bar is made of. */
  readonly filled: string;
}

function markLine(line: string, marking: Marking): { readonly text: string; readonly state: LineState } {
  const { name } = marking;
  const text = [markBar, markBox, markRow, markHeading, markLabel].reduce((soFar, mark) => mark(soFar, marking), line);
  if (text !== line) return { text, state: 'marked' };
  const complete = new RegExp(`^[#\\s>*_|-]*(?:\\[x\\]\\s*)?(?:${SIGNS}\\s*)*[*_]*${name}.*\\b(?:COMPLETED?|DONE)\\b`, 'iu');
  const box = new RegExp(`^\\s*[-*+]\\s+\\[x\\]\\s+[*_]*${name}`, 'iu');
  const label = new RegExp(`\\*\\*${name}:\\*\\*\\s*(?:${SIGNS}\\s*)?(?:COMPLETED?|DONE)\\b`, 'iu');
  return { text, state: [complete, box, label].some((form) => form.test(line)) ? 'complete' : 'other' };
}

/** `Phase 1: Batch rebuild ⏳ [###       ] 30% IN PROGRESS` */
function markBar(line: string, { name, filled }: Marking): string {
  const bar = new RegExp(
    `^(\\s*${name}.*?)(${SIGNS})?(\\s*)\\[([#=█▓▒░\\-. ]{3,})\\](\\s*)(?:\\d+(?:\\.\\d+)?\\s*%)?\\s*${OPEN}\\b`,
    'iu',
  );
  return line.replace(bar, (_all, before: string, sign: string | undefined, gap: string, cells: string, after: string) => {
    const space = after === '' ? ' ' : after;
    return `${before}${sign ? '✅' : ''}${gap}[${filled.repeat(cells.length)}]${space}100% COMPLETE`;
  });
}

/** `- [ ] Phase 1: batch rebuild` */
function markBox(line: string, { name }: Marking): string {
  return line.replace(new RegExp(`^(\\s*[-*+]\\s+\\[) (\\]\\s+[*_]*${name})`, 'iu'), '$1x$2');
}

/** `| Phase 1 | 40 services | Pending |`: cells that say nothing but the state. */
function markRow(line: string, { name }: Marking): string {
  if (!new RegExp(`^\\s*\\|\\s*(?:${SIGNS}\\s*)?[*_]*${name}`, 'iu').test(line)) return line;
  const cell = new RegExp(`(\\|\\s*)(${SIGNS}\\s*)?([*_]*)${OPEN}([*_]*\\s*)(?=\\|)`, 'giu');
  return line.replace(cell, (_all, before: string, sign: string | undefined, open: string, close: string) => {
    return `${before}${sign ? '✅ ' : ''}${open}COMPLETE${close}`;
  });
}

/** `## 📋 Phase 1: batch rebuild - READY TO START`, and the same as a plain or bold line. */
function markHeading(line: string, { name }: Marking): string {
  const heading = new RegExp(
    `^(#{1,6}\\s+|[*_]{0,2})(${SIGNS})?(\\s*[*_]*${name}(?:.*?\\s)?(?:[-–—:(]|\\s-)\\s*[*_]*\\s*)(${SIGNS}\\s*)?${OPEN}([)*_]*\\s*)$`,
    'iu',
  );
  return line.replace(
    heading,
    (_all, lead: string, sign: string | undefined, title: string, mark: string | undefined, end: string) => {
      return `${lead}${sign ? '✅' : ''}${title}${mark ? '✅ ' : ''}COMPLETE${end}`;
    },
  );
}

/** `… | **Phase 1:** 🔄 IN PROGRESS | …` anywhere in a line. */
function markLabel(line: string, { name }: Marking): string {
  const label = new RegExp(`(\\*\\*${name}:\\*\\*\\s*)(${SIGNS}\\s*)?${OPEN}(?=\\s*(?:$|[|,;.]))`, 'giu');
  return line.replace(label, (_all, before: string, sign: string | undefined) => `${before}${sign ? '✅ ' : ''}COMPLETE`);
}

function appended(text: string, { phase, section }: { readonly phase: string; readonly section: string }): string {
  const ending = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  const [, word, number] = /^([a-z]+)[ _-]?0*(\d+)$/i.exec(phase) ?? [];
  const title = word === undefined ? phase : `${word[0]!.toUpperCase()}${word.slice(1)} ${number}`;
  const gap = text === '' ? '' : /[\r\n]$/.test(text) ? ending : `${ending}${ending}`;
  return `${text}${gap}${[`## ${title} - COMPLETE`, '', section, ''].join(ending)}`;
}
